"""Freeze a school year that is closed: the schools as they are, and what each metric counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workshops.closed_years.tables import ClosedYear
from workshops.database import row, rows

ALONE = """
LOCK TABLE ptech_cohorts, ptech_censuses, ptech_outcomes, ptech_mentors, mentoring_actions, bts1_steps, bts1_intakes,
  bts1_mobilities, head_counts, schools IN SHARE MODE
"""
BEGIN = """
INSERT INTO closed_years (school_year, frozen_at, at_upgrade, reopened) VALUES ($1::int, $2, false, false)
ON CONFLICT (school_year) DO NOTHING RETURNING id
"""
# A collège that the annuaire has not is none of those that are known; it counts where it comes all the same.
FACTS = """
INSERT INTO school_facts (school, school_year, department, priority, rural, lat, lon, counted)
SELECT id, $1::int, department, priority, rural, lat, lon,
  kind = 'college' AND sector = 'public' AND part_of IS NULL AND NOT closed
FROM schools ORDER BY id
"""
FIGURES = """
INSERT INTO year_figures (school_year, programme, metric, figure)
SELECT $1::int, told.programme, told.metric, told.figure
FROM unnest($2::varchar[], $3::varchar[], $4::int[]) told (programme, metric, figure)
"""
# The act's own line: reopening is a correction for all that it lets in.
REOPENED = """
INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
VALUES ($1::int, 'technilab', 'year', $1::int, 'reopened', '', '', $2, $3, NULL, $4)
"""


async def hold_still() -> None:
    """Until this transaction ends, nobody changes what it is about to count: who is doing so ends first, who comes
    after sees a closed year."""
    await rows(ALONE)


async def freeze(year: int, figures: Mapping[tuple[str, str], int], *, now: datetime) -> None:
    """A school year (2026 is 2026-2027) is frozen with these figures, by programme and metric; inside the caller's
    transaction. One that was reopened is closed again: what it was counted as first stays."""
    if await row(BEGIN, year, now) is None:
        await ClosedYear.update({ClosedYear.reopened: False}).where(ClosedYear.school_year == year)
        return
    await rows(FACTS, year)
    programmes, metrics = zip(*figures, strict=True)
    await rows(FIGURES, year, programmes, metrics, list(figures.values()))


async def reopen(year: int, *, reason: str, by: int | None, now: datetime) -> None:
    """Its figures are corrected for one reason until it is closed again; inside the caller's transaction."""
    await ClosedYear.update({ClosedYear.reopened: True}).where(ClosedYear.school_year == year)
    await rows(REOPENED, year, reason, by, now)
