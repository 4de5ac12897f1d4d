"""Take a scheme, a cohort or an action for one act: whoever else changes it waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from msgspec import Struct

from workshops.closed_years.correct import recording
from workshops.database import row
from workshops.database.row_types import row_as
from workshops.programmes.ptech.queries import SCHEME, SchemeCard
from workshops.programmes.ptech.rules import entry_ends_at
from workshops.programmes.ptech.tables import Action
from workshops.refusals import NotFound, or_not_found
from workshops.scope import Scope

LOCKED_SCHEME = f"{SCHEME} FOR UPDATE OF s"
COHORT = """
SELECT c.id, c.entry_year, s.school,
  ARRAY(SELECT m.company FROM ptech_mentors m WHERE m.cohort = c.id) AS companies
FROM ptech_cohorts c JOIN ptech_schemes s ON s.id = c.scheme
WHERE c.id = $1 FOR NO KEY UPDATE OF c
"""
ACTION = """
SELECT id, cohort, company, state, starts_at, minutes, sequence, changed_at FROM mentoring_actions WHERE id = $1
FOR UPDATE
"""


class LockedCohort(Struct, frozen=True):
    """A cohort that nobody else changes meanwhile, with its lycée and the companies that mentor or mentored it."""

    id: int
    entry_year: int
    school: int
    companies: list[int]


class LockedAction(Struct, frozen=True):
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


async def lock_scheme(scheme: int, *, scope: Scope) -> SchemeCard:
    """A scheme of a lycée that the scope reaches, that nobody else changes meanwhile. Raises NotFound."""
    return or_not_found(await row_as(SchemeCard, LOCKED_SCHEME, scheme, scope.schools))


@asynccontextmanager
async def changing_cohort(
    cohort: int, *, scope: Scope, by: int | None, now: datetime, mentored: bool = False
) -> AsyncIterator[LockedCohort]:
    """One act on a cohort of a lycée that the scope reaches; `mentored`: or of one of its companies.

    Raises NotFound, YearFrozen.
    """
    async with recording(by=by, school=scope.school, now=now):
        found = await row_as(LockedCohort, COHORT, cohort)
        if found is None or not (scope.reaches(found.school) or (mentored and scope.reaches_one(found.companies))):
            raise NotFound
        yield found


@asynccontextmanager
async def changing_action(action: int, *, scope: Scope, by: int | None, now: datetime) -> AsyncIterator[LockedAction]:
    """One act on an action of the cohorts of the scope's lycées, or that one of its companies leads; its cohort is
    taken first.

    Raises NotFound, YearFrozen.
    """
    async with recording(by=by, school=scope.school, now=now):
        of = or_not_found(await Action.select(Action.cohort, Action.company).where(Action.id == action).first())
        cohort = or_not_found(await row_as(LockedCohort, COHORT, of["cohort"]))
        if not (scope.reaches(cohort.school) or scope.reaches_one({of["company"]})):
            raise NotFound
        found = or_not_found(await row(ACTION, action))
        yield LockedAction(**dict(found), school=cohort.school, entry_year=cohort.entry_year)
