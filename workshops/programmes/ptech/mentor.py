"""A company mentors a cohort, from one day to another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from asyncpg.exceptions import ExclusionViolationError

from workshops.acts import Act, chosen, labelled
from workshops.companies.tables import Company
from workshops.database import rows, savepoint
from workshops.database.row_types import rows_as
from workshops.events.record import record, record_by
from workshops.programmes.ptech.lock import changing_cohort
from workshops.programmes.ptech.rules import ActionBeyond, ActionsPlanned, AlreadyMentor, MentorActed, refuse_day
from workshops.programmes.ptech.settle_action import CallOffAction, call_off_action
from workshops.programmes.ptech.tables import Mentor
from workshops.refusals import Invalid, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope

# What the company does on a day when it would mentor the cohort no more, unless it has come back by then.
BEYOND = """
SELECT a.id, a.title, a.starts_at, a.state FROM mentoring_actions a
CROSS JOIN LATERAL (SELECT (a.starts_at AT TIME ZONE 'Europe/Paris')::date AS on_) day
WHERE a.cohort = $1 AND a.company = $2 AND a.state <> 'called_off' AND day.on_ > $4 AND NOT EXISTS (
  SELECT 1 FROM ptech_mentors o WHERE o.id <> $3 AND o.cohort = $1 AND o.company = $2
    AND day.on_ BETWEEN o.from_on AND coalesce(o.to_on, day.on_))
ORDER BY a.starts_at, a.id
"""


class AddMentor(Act, frozen=True, kw_only=True):
    """A company mentors a cohort between two days, both included; without an end it still does."""

    company: Annotated[int, chosen("Entreprise", "A company that is known.")] = msgspec.field(name="company_id")
    from_on: Annotated[date, labelled("Depuis le", "Its first day.", column="du")]
    to_on: Annotated[date, labelled("Jusqu'au", "Its last day.", column="au")] | None = None


class EndMentor(Act, frozen=True, kw_only=True):
    """The last day of a mentor; null takes it back. `call_off_actions` calls off what is planned after that day."""

    to_on: Annotated[date, labelled("Dernier jour", "Its last day.")] | None
    call_off_actions: Annotated[
        bool, labelled("Annuler ces actions", "Calls off what follows.", form={"calling_off": "Annuler"})
    ] = False


async def add_mentor(cohort: int, asked: AddMentor, *, scope: Scope, by: int | None, now: datetime) -> int:
    """A company is one of the cohort's mentors from this day; returns the mentor's number.

    Raises Invalid, NotFound, AlreadyMentor.
    """
    _refuse_dates(asked.from_on, asked.to_on)
    async with changing_cohort(cohort, scope=scope, by=by, now=now) as known:
        refuse_day("from_on", "Depuis le", asked.from_on, entry_year=known.entry_year)
        if not await Company.exists().where(Company.id == asked.company):
            raise Invalid({"company": "Entreprise : choisissez dans la liste."})
        try:
            async with savepoint():
                mentors = Mentor(cohort=cohort, company=asked.company, from_on=asked.from_on, to_on=asked.to_on)
                (made,) = await Mentor.insert(mentors).returning(Mentor.id)
        except ExclusionViolationError:
            raise AlreadyMentor from None
        detail = _since(asked.company, asked.from_on)
        firm = asked.company
        await record_by(by, "mentor_added", about_kind="cohort", about=cohort, also=firm, detail=detail, now=now)
        return int(made["id"])


async def end_mentor(
    mentor: int, asked: EndMentor, *, because: str = "", scope: Scope, by: int | None, now: datetime
) -> int:
    """It mentors until this day, this day included; None takes the end back. Returns the cohort's number.

    What is planned with it afterwards is called off where it is asked for, `because` of it, and those who were to come
    are told. Raises Invalid, NotFound, AlreadyMentor, ActionsPlanned for what is planned with it after that day.
    """
    to_on = asked.to_on
    async with _changing(mentor, scope, by, now) as found:
        _refuse_dates(found["from_on"], to_on)
        planned = await _planned_beyond(mentor, found, to_on)
        if planned and not asked.call_off_actions:
            raise ActionsPlanned(planned, to_on)
        for action in planned:
            await call_off_action(action.id, CallOffAction(reason=because), scope=scope, by=by, now=now)
        try:
            async with savepoint():
                await Mentor.update({Mentor.to_on: to_on}).where(Mentor.id == mentor)
        except ExclusionViolationError:
            raise AlreadyMentor from None
        cohort = int(found["cohort"])
        act, detail = ("mentor_kept", "") if to_on is None else ("mentor_ended", to_on.isoformat())
        await record_by(by, act, about_kind="cohort", about=cohort, detail=detail, now=now)
        return cohort


async def remove_mentor(mentor: int, *, scope: Scope, by: int, now: datetime) -> int:
    """It was added by mistake: it never mentored, and counts nowhere. Returns the cohort's number.

    Raises NotFound, MentorActed once anything was planned or held with it that was not called off.
    """
    async with _changing(mentor, scope, by, now) as found:
        before = found["from_on"] - timedelta(days=1)
        if await rows(BEYOND, found["cohort"], found["company"], mentor, before):
            raise MentorActed
        await Mentor.delete().where(Mentor.id == mentor)
        cohort, detail = int(found["cohort"]), _since(found["company"], found["from_on"])
        await record("mentor_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
        return cohort


def _since(company: int, from_on: date) -> str:
    return f"entreprise {company}, depuis le {from_on.isoformat()}"


@asynccontextmanager
async def _changing(mentor: int, scope: Scope, by: int | None, now: datetime) -> AsyncIterator[dict[str, Any]]:
    one = Mentor.select(Mentor.cohort, Mentor.company, Mentor.from_on, Mentor.to_on)
    found = or_not_found(await one.where(Mentor.id == mentor).first())
    async with changing_cohort(found["cohort"], scope=scope, by=by, now=now):
        yield found


def _refuse_dates(from_on: date, to_on: date | None) -> None:
    """Raise Invalid for a mentor's days that are not in order."""
    if to_on is not None and to_on < from_on:
        raise Invalid({"to_on": "La fin vient avant le début."})


async def _planned_beyond(mentor: int, found: dict[str, Any], to_on: date | None) -> list[ActionBeyond]:
    """What may still be called off. Raises Invalid when something was held: the end comes after it."""
    if to_on is None or (found["to_on"] is not None and found["to_on"] <= to_on):
        return []
    beyond = await rows_as(ActionBeyond, BEYOND, found["cohort"], found["company"], mentor, to_on)
    held = [one.starts_at for one in beyond if one.state == "held"]
    if held:
        on = f"{paris_day(max(held)):%d/%m/%Y}"
        told = f"Dernier jour : l'entreprise a tenu une action le {on}. Choisissez ce jour ou un jour suivant."
        raise Invalid({"to_on": told})
    return beyond
