"""Plan what a company does with a cohort, or plan it otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workshops.closed_years.correct import recording
from workshops.database import row, value
from workshops.events.record import record
from workshops.ptech.check_end import refuse_action_day
from workshops.ptech.lock import lock_action, lock_cohort
from workshops.ptech.rules import (
    ActionKnown,
    ActionMovedBack,
    ActionSettled,
    ActionSketch,
    NotMentor,
    UnusualTime,
    entry_ends_at,
    refuse_action,
    unusual,
)
from workshops.ptech.tables import Mentor
from workshops.refusals import NotFound
from workshops.school_calendar.queries import day_off_of
from workshops.school_calendar.rules import paris_day

MENTORS_THEN = """
SELECT 1 FROM ptech_mentors WHERE cohort = $1 AND company = $2 AND from_on <= $3 AND (to_on IS NULL OR to_on >= $3)
"""
# What two tabs, or a form sent twice, would announce twice.
SAME = """
SELECT 1 FROM mentoring_actions WHERE cohort = $1 AND company IS NOT DISTINCT FROM $2::int AND title = $3
  AND starts_at = $4 AND state <> 'called_off'
"""
PLAN = """
INSERT INTO mentoring_actions
  (cohort, company, uid, created_at, changed_at, kind, title, place, starts_at, minutes, people)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10) RETURNING id
"""
# Agendas are told again of what they show: the time, the place, the title; people and minutes stand there too. What no
# agenda holds keeps the SEQUENCE of its first telling.
CHANGE = """
UPDATE mentoring_actions SET kind = $2, title = $3, place = $4, starts_at = $5, minutes = $6, people = $7,
  sequence = sequence + $8::int, changed_at = $9
WHERE id = $1 AND (kind, title, place, starts_at, minutes, people) IS DISTINCT FROM ($2, $3, $4, $5, $6, $7)
RETURNING sequence
"""
# An action is called by its kind from then on: $1 before when it was held, $2 and $3 the kinds and their words.
FORGET_TITLES = """
UPDATE mentoring_actions a SET title = k.words, place = ''
FROM unnest($2::varchar[], $3::varchar[]) AS k (kind, words)
WHERE k.kind = a.kind AND a.starts_at < $1 AND (a.title <> k.words OR a.place <> '') RETURNING a.id
"""


async def plan_action(
    cohort: int,
    sketch: ActionSketch,
    *,
    company: int | None,
    school: int | None,
    uid: str,
    by: int | None,
    now: datetime,
    as_company: bool = False,
    sure: bool = False,
    tell: bool = True,
) -> int:
    """An action is on the calendar of a cohort, led by one of its mentors of that day or by the lycée alone.

    Its invitation leaves, unless it is over already: one written down afterwards enters no agenda. `as_company`: the
    company itself announces it; a cohort that it does not mentor is not its own. `sure`: a day off or an odd hour is
    meant. `tell` is False for the examples. Returns the action's number. Raises Invalid, NotFound, NotMentor,
    ActionKnown, UnusualTime.
    """
    sketch = _trimmed(sketch)
    refuse_action(sketch)
    async with recording(by=by, school=school, now=now):
        known = await lock_cohort(cohort, school=school)
        if as_company and not await Mentor.exists().where(Mentor.cohort == cohort, Mentor.company == company):
            raise NotFound
        refuse_action_day(sketch.starts_at, entry_year=known.entry_year)
        await refuse_stranger(cohort, company, sketch.starts_at)
        if await value(SAME, cohort, company, sketch.title, sketch.starts_at) is not None:
            raise ActionKnown
        await refuse_unless_sure(sure, sketch.starts_at, sketch.minutes, school=known.school)
        made = int(await value(PLAN, cohort, company, uid, now, *_told(sketch)))
        if tell:
            act = "action_planned" if entry_ends_at(sketch.starts_at, sketch.minutes) > now else "action_noted"
            await record(act, by=by, about_kind="action", about=made, words=sketch.title, now=now)
        return made


async def change_action(
    action: int,
    sketch: ActionSketch,
    *,
    school: int | None,
    company: int | None = None,
    by: int | None,
    now: datetime,
    sure: bool = False,
) -> int | None:
    """Plan it otherwise: agendas follow, and what was the same tells nobody.

    Returns the SEQUENCE of its calendar entry, None when nothing changed. With `company`, only an action that this
    company leads. Raises Invalid, NotFound, ActionSettled, ActionMovedBack, NotMentor, UnusualTime for another moment
    than before that is rarely meant, unless `sure`.
    """
    sketch = _trimmed(sketch)
    refuse_action(sketch)
    async with recording(by=by, school=school, now=now):
        known = await lock_action(action, school=school, company=company)
        if known.state != "planned":
            raise ActionSettled
        if sketch.starts_at != known.starts_at and sketch.starts_at <= now:
            raise ActionMovedBack
        refuse_action_day(sketch.starts_at, entry_year=known.entry_year)
        await refuse_stranger(known.cohort, known.company, sketch.starts_at)
        same = (sketch.starts_at, sketch.minutes) == (known.starts_at, known.minutes)
        await refuse_unless_sure(sure or same, sketch.starts_at, sketch.minutes, school=known.school)
        tells = known.in_agendas or entry_ends_at(sketch.starts_at, sketch.minutes) > now
        changed = await row(CHANGE, action, *_told(sketch), int(tells), now)
        if changed is None:
            return None
        act = "action_changed" if tells else "action_corrected"
        await record(act, by=by, about_kind="action", about=action, words=sketch.title, now=now)
        return int(changed["sequence"])


async def refuse_stranger(cohort: int, company: int | None, starts_at: datetime) -> None:
    """Raise NotMentor for a company that does not mentor the cohort on that day."""
    if company is not None and await value(MENTORS_THEN, cohort, company, paris_day(starts_at)) is None:
        raise NotMentor


def _trimmed(sketch: ActionSketch) -> ActionSketch:
    return replace(sketch, title=sketch.title.strip(), place=sketch.place.strip())


def _told(sketch: ActionSketch) -> tuple[object, ...]:
    return sketch.kind, sketch.title, sketch.place, sketch.starts_at, sketch.minutes, sketch.people


async def refuse_unless_sure(sure: bool, starts_at: datetime, minutes: int, *, school: int) -> None:
    """Raise UnusualTime for an action out of the lycée's days and hours, unless whoever plans it is `sure`."""
    if sure:
        return
    if why := unusual(starts_at, minutes, await day_off_of(school, paris_day(starts_at))):
        raise UnusualTime(why)
