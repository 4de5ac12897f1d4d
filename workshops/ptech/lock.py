"""Take a scheme, a cohort or an action for one act: whoever else changes it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workshops.database import row
from workshops.database.row_types import row_as
from workshops.ptech.rules import entry_ends_at
from workshops.ptech.tables import Action
from workshops.refusals import NotFound, or_not_found

SCHEME = "SELECT id, school, title, opens_on, closed_on FROM ptech_schemes WHERE id = $1 FOR UPDATE"
COHORT = """
SELECT c.id, c.entry_year, s.school, s.closed_on FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme
WHERE c.id = $1 FOR NO KEY UPDATE OF c
"""
ACTION = """
SELECT id, cohort, company, state, starts_at, minutes, sequence, changed_at FROM mentoring_actions WHERE id = $1
FOR UPDATE
"""


@dataclass(frozen=True)
class LockedScheme:
    """A scheme that nobody else changes meanwhile."""

    id: int
    school: int
    title: str
    opens_on: date
    closed_on: date | None


@dataclass(frozen=True)
class LockedCohort:
    """A cohort that nobody else changes meanwhile, with its lycée."""

    id: int
    entry_year: int
    school: int
    closed_on: date | None


@dataclass(frozen=True)
class LockedAction:
    """An action that nobody else changes meanwhile, with its cohort's lycée and entry year."""

    id: int
    cohort: int
    school: int
    entry_year: int
    company: int | None
    state: str
    starts_at: datetime
    minutes: int
    sequence: int
    changed_at: datetime

    @property
    def in_agendas(self) -> bool:
        """Whether people were ever told of it: one written down once it was over has no calendar entry."""
        return self.sequence > 0 or entry_ends_at(self.starts_at, self.minutes) > self.changed_at


async def lock_scheme(scheme: int, *, school: int | None) -> LockedScheme:
    """A scheme of this lycée, of any for a coordinator (None). Raises NotFound."""
    found = await row_as(LockedScheme, SCHEME, scheme)
    if found is None or school not in {None, found.school}:
        raise NotFound
    return found


async def lock_cohort(cohort: int, *, school: int | None) -> LockedCohort:
    """A cohort of this lycée, of any for a coordinator (None). Raises NotFound."""
    found = await row_as(LockedCohort, COHORT, cohort)
    if found is None or school not in {None, found.school}:
        raise NotFound
    return found


async def lock_action(action: int, *, school: int | None, company: int | None = None) -> LockedAction:
    """An action of this lycée's cohorts, of any for a coordinator; its cohort is taken first.

    With `company`, one that this company leads itself. Raises NotFound.
    """
    of = await Action.select(Action.cohort, Action.company).where(Action.id == action).first()
    if of is None or company not in {None, of["company"]}:
        raise NotFound
    cohort = await lock_cohort(of["cohort"], school=school)
    found = or_not_found(await row(ACTION, action))
    return LockedAction(**dict(found), school=cohort.school, entry_year=cohort.entry_year)
