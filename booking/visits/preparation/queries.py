"""What was noted of the preparation of visits, and the steps that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.visits.preparation.rules import (
    CARDS_PRINTED,
    COUNTED,
    PRINTED,
    TICKED,
    Done,
    Prepared,
    Step,
    StepKind,
    steps_of,
)
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import asked_whether_it_comes_from
from booking.visits.slot_changes.rules import minute_of
from booking.words.wording import paper_visa
from workshops.database.row_types import rows_as
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import DayOff
from workshops.schools.queries import Visa, visa_of

SIGNED = ("reservation_approve", "reservation_approve_also", "change_approve")
TAKEN_BACK = ("reservation_take_back", "reservation_take_back_also")
COMES = "reservation_comes"
KINDS = {act: kind for kind, (act, _) in TICKED.items()} | {PRINTED: StepKind.BADGES, COMES: StepKind.COMES}
UNDONE = {undone: kind for kind, (_, undone) in TICKED.items()}
ACTS = sorted({*KINDS, *UNDONE, *SIGNED, *TAKEN_BACK, *COUNTED})
NOTED = """SELECT r.id AS visit, e.act, e.at, e.also, e.by, coalesce(a.name, '') AS name
FROM reservations r JOIN events e ON e.about_kind = 'reservation' AND e.about = r.id LEFT JOIN accounts a ON a.id = e.by
WHERE r.id = ANY ($1::int[]) AND e.act = ANY ($2::varchar[]) ORDER BY e.id"""


class Noted(Struct, frozen=True):
    """One thing that was done for a visit; `also` is the minute at which the visit began then."""

    visit: int
    act: str
    at: datetime
    also: int | None
    by: int | None
    name: str


async def steps_before(
    visits: Sequence[Visit], *, reader: int | None = None, now: datetime
) -> dict[int, tuple[Step, ...]]:
    """The steps of each of a collège's visits, by its number; `reader` is the account that reads them."""
    booked = [one for one in visits if one.booked and one.starts_at > now]
    if not booked:
        return {}
    days = [one.on for one in booked]
    school = booked[0].school
    off = await days_off_before(school, max(days), since=min(days))
    noted, visa = await rows_as(Noted, NOTED, [one.id for one in booked], ACTS), await visa_of(school)
    return {one.id: steps_of(_prepared(one, noted, visa, off), reader=reader, now=now) for one in booked}


async def cards_printed(reservation: int) -> Done | None:
    """Who of its collège printed the cards of a visit's pupils last, and when."""
    found = await rows_as(Noted, NOTED, [reservation], [CARDS_PRINTED])
    return Done(found[-1].by, found[-1].name, found[-1].at) if found else None


def _prepared(visit: Visit, noted: Sequence[Noted], visa: Visa, off: Sequence[DayOff]) -> Prepared:
    return Prepared(
        state=visit.state,
        deadlines=visit.deadlines,
        pupils=visit.pupils,
        adults=visit.adults,
        kilometres=visit.kilometres,
        awaits_college=visit.awaits_college,
        signed=visit.signed_on is not None,
        on_paper=paper_visa(visit.visa_note, visit.visa_paper_on),
        adults_asked=visit.adults_asked,
        hold_until=visit.hold_until,
        comes=visit.comes,
        comes_from=asked_whether_it_comes_from(visit.confirmed_at or visit.created_at, visit.starts_at),
        said=_said(visit, noted, visa),
        off=off,
        taken_back=_taken_back(visit, noted),
    )


def _taken_back(visit: Visit, noted: Sequence[Noted]) -> bool:
    """Whether the last word on its visa is that the paper was not the direction's."""
    visas = {*SIGNED, *TAKEN_BACK, "reservation_paper_visa"}
    last = [one.act for one in noted if one.visit == visit.id and one.act in visas][-1:]
    return last != [] and last[0] in TAKEN_BACK


def _said(visit: Visit, noted: Sequence[Noted], visa: Visa) -> dict[StepKind, Done]:
    """What stands of all that was noted: of another hour than the visit's own, it does not."""
    said: dict[StepKind, Done] = {}
    for one in noted:
        if one.visit != visit.id:
            continue
        if one.act in COUNTED:
            said.pop(StepKind.BADGES, None)
        if one.act in SIGNED:
            said[StepKind.VISA] = Done(None, _signatory(visa, one.at), one.at)
        elif (undone := UNDONE.get(one.act)) is not None:
            said.pop(undone, None)
        elif (kind := KINDS.get(one.act)) is not None and one.also in {None, minute_of(visit.starts_at)}:
            said[kind] = Done(one.by, one.name, one.at)
    return said


def _signatory(visa: Visa, at: datetime) -> str:
    """Who signed by the link then, as far as it is known."""
    known = visa.confirmed_at is not None and visa.confirmed_at <= at
    return (known and visa.principal_name) or "la direction"
