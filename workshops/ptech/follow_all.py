"""The five-year funnel of several cohorts taken together."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from workshops.database import rows
from workshops.ptech.check_flow import Headcount
from workshops.ptech.measure import Stage, funnel, together
from workshops.school_calendar.rules import paris_day

CENSUSES = """
SELECT n.cohort, c.entry_year, n.school_year, n.term, n.present, n.girls, n.entered, n.left_reoriented, n.left_moved,
  n.left_work, n.left_dropout, n.left_other, n.note
FROM ptech_censuses n JOIN ptech_cohorts c ON c.id = n.cohort JOIN ptech_schemes s ON s.id = c.scheme
WHERE $1::int IS NULL OR s.school = $1
"""


async def follow_all(*, school: int | None = None, now: datetime) -> list[Stage]:
    """All the cohorts of a lycée, or of the programme: a year's share is of the cohorts that were counted in it."""
    found: dict[tuple[int, int], list[Headcount]] = defaultdict(list)
    for one in await rows(CENSUSES, school):
        counts = dict(one)
        found[counts.pop("cohort"), counts.pop("entry_year")].append(Headcount(**counts))
    today = paris_day(now)
    return together([funnel(known, entry_year=year, today=today) for (_, year), known in found.items()])
