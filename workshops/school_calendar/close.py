"""Days on which one lycée receives nobody, beyond the official calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, typed
from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.school_calendar.tables import Closure

CLOSE = """
INSERT INTO closures (kind, label, school, first_on, last_on) VALUES ('closure', $2, $1, $3, $4)
ON CONFLICT DO NOTHING RETURNING id
"""
A_YEAR = timedelta(days=366)
# Of lycées themselves, over before the day of $1.
FORGET_CLOSURES = """
DELETE FROM closures WHERE kind = 'closure' AND last_on < ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date
RETURNING id
"""


class CloseSchool(Act, frozen=True, kw_only=True):
    """Closed from a day to another, both included; without `last_on`, on one day."""

    label: Annotated[str, typed("Raison", "Why nobody is received, without a name.", most=120, least=1)]
    first_on: Annotated[date, Meta(description="The first day.", extra={"label": "Premier jour"})]
    last_on: Annotated[date, Meta(description="The last day, included.", extra={"label": "Dernier jour"})] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.ends_on < self.first_on:
            raise Invalid({"last_on": "Le dernier jour vient avant le premier."})
        if self.ends_on - self.first_on > A_YEAR:
            raise Invalid({"last_on": "Une fermeture dure un an au plus."})

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.last_on or self.first_on


async def close_school(school: int, asked: CloseSchool, *, by: int | None, now: datetime) -> int:
    """The lycée receives nobody from the first day to the last, both included; returns the closure's number.

    Slots already open on those days stay, on offer to nobody: the lycée calls them off itself. Raises Invalid, also for
    days that are over.
    """
    if asked.ends_on < paris_day(now):
        raise Invalid({"first_on": "Ces jours sont déjà passés."})
    days = (asked.label, asked.first_on, asked.ends_on)
    async with transaction():
        made = await value(CLOSE, school, *days)
        if made is None:
            raise Invalid({"first_on": "Cette fermeture est déjà enregistrée."})
        await _say("closure_declared", made, *days, school=school, by=by, now=now)
        return int(made)


async def reopen_school(closure: int, *, school: int, by: int | None, now: datetime) -> None:
    """Forget a closure of this lycée. Raises NotFound."""
    own = Closure.delete().where(Closure.id == closure, Closure.school == school)
    async with transaction():
        gone = await own.returning(Closure.label, Closure.first_on, Closure.last_on)
        known = or_not_found(gone[0] if gone else None)
        days = (known["label"], known["first_on"], known["last_on"])
        await _say("closure_withdrawn", closure, *days, school=school, by=by, now=now)


async def _say(
    act: str, closure: int, label: str, first_on: date, last_on: date, *, school: int, by: int | None, now: datetime
) -> None:
    """Of which lycée stands in the event itself, for its programs: of a closure taken back nothing else is left. Why is
    the lycée's own words: the journal forgets them before it forgets the act."""
    detail = f"{first_on} -> {last_on}"
    await record_by(by, act, about_kind="closure", about=closure, also=school, detail=detail, words=label, now=now)
