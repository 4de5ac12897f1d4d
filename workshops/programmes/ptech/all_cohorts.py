"""All the cohorts together, each with its censuses: their funnel, and what does not add up."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import astuple

from workshops.database.row_types import columns_of, rows_as
from workshops.programmes.ptech.check_flow import CensusCount, Flow, flows_of
from workshops.programmes.ptech.measure import Stage, funnel, together
from workshops.programmes.ptech.queries import ITS_LYCEE, NAMED, CohortNamed
from workshops.school_calendar.rules import paris_day
from workshops.scope import EVERYTHING, Scope, within

COUNTED = f"""
SELECT {NAMED}, c.scheme, {columns_of(CensusCount, "n")}
FROM {ITS_LYCEE} JOIN ptech_censuses n ON n.cohort = c.id WHERE {within("s.school", 1)}
ORDER BY c.entry_year, h.commune, h.name, s.title, c.id, n.school_year, n.term DESC
"""  # noqa: S608 - constants only


class _Census(CohortNamed, frozen=True):
    """A census of a cohort that a list names."""

    scheme: int
    census: CensusCount


class CountedCohort(CohortNamed, frozen=True):
    """A cohort that a list names, and its censuses in time."""

    scheme: int
    censuses: list[CensusCount]


async def counted_cohorts(*, scope: Scope) -> list[CountedCohort]:
    """The cohorts of the scope's lycées that were ever counted, the oldest first."""
    found: dict[int, CountedCohort] = {}
    for line in await rows_as(_Census, COUNTED, scope.schools):
        *named, census = astuple(line)
        found.setdefault(line.cohort, CountedCohort(*(*named, []))).censuses.append(census)
    return list(found.values())


async def gaps_unexplained() -> list[tuple[CountedCohort, Flow]]:
    """The censuses of all cohorts whose flow does not add up and that say nothing of it, by cohort, in time."""
    known = sorted(await counted_cohorts(scope=EVERYTHING), key=lambda one: one.cohort)
    return [(one, flow) for one in known for flow in flows_of(one.censuses) if flow.unexplained]


async def follow_all(*, scope: Scope, now: datetime) -> list[Stage]:
    """All the cohorts of the scope's lycées: a year's share is of the cohorts that were counted in it."""
    today = paris_day(now)
    known = await counted_cohorts(scope=scope)
    return together([funnel(one.censuses, entry_year=one.entry_year, today=today) for one in known])
