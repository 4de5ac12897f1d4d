"""Series of slots that a lycée opens, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta

from booking.api.shapes import Instant, answer_of, made
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from workshops.series.open_series import open_series
from workshops.series.queries import plan_series
from workshops.series.rules import DATES_MOST, Alone, FirstOn, LastOn, PlannedDate, Series, Skipped, WednesdayAfternoons
from workshops.slots.acts import SlotTerms, Workshop

Wall = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM in France.", extra={"label": "Heure"})
]
Weekday = Annotated[int, Meta(ge=1, le=7)]


class NewSeries(SlotTerms, frozen=True, kw_only=True):
    """A workshop on some weekdays of every week, between two days included.

    With `dry_run` nothing is opened. `dates` opens those dates only, all or none. `wednesday_afternoons` opens on them
    too. `alone`: any other slot of the lycée at that time makes the host taken, not only one of the same workshop.
    Hours before 7:00 or after 19:00 are refused (422, `errors.odd_hours`) unless `odd_hours` says they are meant.
    """

    workshop: Workshop = msgspec.field(name="workshop_id")
    weekdays: Annotated[
        list[Weekday],
        Meta(min_length=1, max_length=7, description="ISO 8601: 1 is Monday, 7 is Sunday.", extra={"label": "Jours"}),
    ]
    starts: Wall
    ends: Wall
    first_on: FirstOn = msgspec.field(name="from")
    last_on: LastOn = msgspec.field(name="to")
    wednesday_afternoons: WednesdayAfternoons = False
    alone: Alone = False
    dates: Annotated[list[date], Meta(min_length=1, max_length=DATES_MOST)] | None = None
    dry_run: bool = False


class DateOfSeries(msgspec.Struct):
    """A date of the series; `reason` is why it is skipped, null when it is open. `slot_id` is the slot that takes its
    room or its host."""

    on: date
    starts_at: Instant
    ends_at: Instant
    state: Literal["open", "skipped"]
    reason: Skipped | None
    slot_id: int | None


class SlotOfSeries(msgspec.Struct):
    """A slot of the series, and its day."""

    id: int
    on: date


class OpenedSeries(msgspec.Struct):
    """Each date, open or skipped, and the slots that were opened, with the series that they are of: none with
    `dry_run`."""

    dates: list[DateOfSeries]
    slots: list[SlotOfSeries]
    series_id: int | None


@post("/slots/series", opt=may("slots.open") | {"also": (200,)})
async def open_series_of_slots(data: JSONBody[NewSeries], person: AsHost, now: Now) -> Response[OpenedSeries]:
    """Open a series of slots of one's lycée, or with `dry_run` tell each date with its state and its reason (200).

    Skipped dates: holiday, public_holiday, wednesday_afternoon, closure, room_taken, host_taken,
    too_soon (reservations would be closed already).
    """
    given = {name: getattr(data, name) for name in Series.__struct_fields__}
    given["weekdays"] = frozenset(day - 1 for day in data.weekdays)
    series = Series(**given | {name: time.fromisoformat(given[name]) for name in ("starts", "ends")})
    return await opened_series(series, person, now, dates=data.dates, dry_run=data.dry_run)


async def opened_series(
    series: Series,
    person: Host,
    now: datetime,
    *,
    dates: Sequence[date] | None,
    dry_run: bool,
    grows: int | None = None,
) -> Response[OpenedSeries]:
    """The answer to a series that was asked for: opened, or looked at."""
    if dry_run:
        plan = await plan_series(series, school=person.school, now=now)
        return Response(OpenedSeries(_dates(plan.dates), [], None), status_code=200)
    ticked = None if dates is None else dict.fromkeys(dates)
    opened = await open_series(series, school=person.school, by=person.account, ticked=ticked, grows=grows, now=now)
    slots = [SlotOfSeries(slot, on) for on, slot in opened.slots.items()]
    where = f"/slots?school={person.school_uai}&from={series.first_on}&to={series.last_on}"
    return made(OpenedSeries(_dates(opened.dates), slots, opened.series), where)


def _dates(planned: Sequence[PlannedDate]) -> list[DateOfSeries]:
    return [answer_of(DateOfSeries, one, slot_id=one.there.id if one.there else None) for one in planned]
