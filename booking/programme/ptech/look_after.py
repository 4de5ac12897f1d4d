"""A lycée or the coordinator keeps a scheme and its cohorts, and the journal says who did."""

from __future__ import annotations

from datetime import date, datetime

from booking.programme.ptech.plan_action import call_off_action
from booking.wording import day
from workshops.database import transaction
from workshops.events.record import record
from workshops.ptech import enrol_cohort as cohorts
from workshops.ptech import mentor as mentors
from workshops.ptech import open_scheme as schemes
from workshops.ptech.rules import SchemeSketch

# In all of them `school` is the lycée of the person who acts, None for a coordinator.


async def open_scheme(sketch: SchemeSketch, *, school: int, by: int, now: datetime) -> int:
    """A lycée begins a scheme; returns its number. Raises Invalid, NotFound."""
    async with transaction():
        made = await schemes.open_scheme(sketch, school=school)
        await record("scheme_opened", by=by, about_kind="scheme", about=made, detail=sketch.title, now=now)
        return made


async def change_scheme(scheme: int, sketch: SchemeSketch, *, school: int | None, by: int, now: datetime) -> None:
    """It is told otherwise. Raises Invalid, NotFound."""
    async with transaction():
        await schemes.change_scheme(scheme, sketch, school=school)
        await record("scheme_changed", by=by, about_kind="scheme", about=scheme, detail=sketch.title, now=now)


async def close_scheme(scheme: int, *, on: date | None, school: int | None, by: int, now: datetime) -> None:
    """It takes no cohort after this day; None opens it again. Raises Invalid, NotFound."""
    async with transaction():
        await schemes.close_scheme(scheme, on=on, school=school)
        act, detail = ("scheme_reopened", "") if on is None else ("scheme_closed", on.isoformat())
        await record(act, by=by, about_kind="scheme", about=scheme, detail=detail, now=now)


async def enrol_cohort(
    scheme: int, *, entry_year: int, label: str = "", school: int | None, by: int, now: datetime
) -> int:
    """Pupils enter at this rentrée; returns the cohort's number. Raises what the verb raises."""
    async with transaction():
        made = await cohorts.enrol_cohort(scheme, entry_year=entry_year, label=label, school=school)
        detail = f"rentrée {entry_year}"
        await record("cohort_enrolled", by=by, about_kind="cohort", about=made, detail=detail, now=now)
        return made


async def relabel_cohort(cohort: int, *, label: str, school: int | None, by: int, now: datetime) -> None:
    """It has another name. Raises Invalid, NotFound."""
    async with transaction():
        await cohorts.relabel_cohort(cohort, label=label, school=school)
        await record("cohort_named", by=by, about_kind="cohort", about=cohort, detail=label.strip(), now=now)


async def add_mentor(
    cohort: int, *, company: int, from_on: date, to_on: date | None, school: int | None, by: int, now: datetime
) -> int:
    """A company mentors the cohort; returns the mentor's number. Raises what the verb raises."""
    async with transaction():
        made = await mentors.add_mentor(cohort, company=company, from_on=from_on, to_on=to_on, school=school)
        detail = f"entreprise {company}, depuis le {from_on.isoformat()}"
        await record("mentor_added", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def end_mentor(
    mentor: int, *, to_on: date | None, calling_off: bool = False, school: int | None, by: int, now: datetime
) -> int:
    """It mentors until this day; None takes the end back. Returns the cohort's number. Raises what the verb raises.

    `calling_off` also calls off what is planned with it afterwards, and tells those who were to come.
    """
    async with transaction():
        if calling_off and to_on is not None:
            reason = f"L'entreprise n'accompagne plus la cohorte après le {day(to_on)}."
            for one in await mentors.planned_beyond(mentor, to_on=to_on, school=school):
                await call_off_action(one.id, reason=reason, school=school, by=by, now=now)
        cohort = await mentors.end_mentor(mentor, to_on=to_on, school=school)
        act, detail = ("mentor_kept", "") if to_on is None else ("mentor_ended", to_on.isoformat())
        await record(act, by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
        return cohort


async def remove_mentor(mentor: int, *, school: int | None, by: int, now: datetime) -> int:
    """It was added by mistake, and counts nowhere. Returns the cohort's number. Raises NotFound, MentorActed."""
    async with transaction():
        was = await mentors.remove_mentor(mentor, school=school)
        detail = f"entreprise {was.company}, depuis le {was.from_on.isoformat()}"
        await record("mentor_removed", by=by, about_kind="cohort", about=was.cohort, detail=detail, now=now)
        return was.cohort
