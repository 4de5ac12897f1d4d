"""Change records of P-TECH and BTS+1: what counts in a closed year changes with its reason, or not at all.

Freeze a school year that is closed: the schools as they are, and what each metric counts.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime

from asyncpg.exceptions import RaiseError

from workshops.closed_years.rules import YearFrozen, correcting_because
from workshops.closed_years.tables import ClosedYear
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.school_calendar.rules import year_words

# Until the transaction ends: the triggers of closed years read it. $2: which years they correct is told from now on.
SAY = """SELECT set_config('technilab.correction', $1, true),
  CASE WHEN $2 THEN set_config('technilab.corrected', '', true) END"""
# The years that the triggers have corrected since.
WRITTEN = """
SELECT DISTINCT told::int AS school_year
FROM regexp_split_to_table(coalesce(current_setting('technilab.corrected', true), ''), ' ') told WHERE told <> ''
ORDER BY 1
"""
FROZEN = "year frozen: "
_within: ContextVar[bool] = ContextVar("within_a_recording", default=False)

# Written where the year is frozen, with the reason that was said, or that of its reopening.
HEAD_COUNTS = """
WITH line AS (
INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, at)
SELECT y.school_year, 'technilab', 'year', y.school_year, 'head_counts', $2, $3,
  coalesce(nullif(said.of ->> 'reason', ''), (
    SELECT reason FROM year_corrections WHERE school_year = y.school_year AND what = 'reopened'
    ORDER BY id DESC LIMIT 1), ''), (said.of ->> 'by')::int, coalesce((said.of ->> 'at')::timestamptz, now())
FROM closed_years y
CROSS JOIN (SELECT nullif(current_setting('technilab.correction', true), '')::jsonb AS of) said
WHERE y.school_year = $1 RETURNING school_year
)
SELECT set_config('technilab.corrected',
  concat_ws(' ', nullif(current_setting('technilab.corrected', true), ''), line.school_year), true) FROM line
"""


@asynccontextmanager
async def recording(*, by: int | None, school: int | None, now: datetime) -> AsyncIterator[None]:
    """The transaction of an act that may change what a closed year counts, and the journal's line where it does: one of
    each year, for a whole file as for an act alone.

    Raises YearFrozen where it would, and nobody said why: nothing is changed.
    """
    reason, alone = correcting_because.get(), not _within.get()
    told = _within.set(True)
    try:
        async with transaction():
            said = {"reason": reason, "by": by, "school": school, "at": now.isoformat()}
            await rows(SAY, json.dumps(said), alone)
            yield
            for year in await rows(WRITTEN) if alone else ():
                about = year["school_year"]
                await record("year_corrected", by=by, about_kind="year", about=about, words=reason, now=now)
    except RaiseError as no:
        if not str(no).startswith(FROZEN):
            raise
        raise YearFrozen(year_words(int(str(no).removeprefix(FROZEN)))) from None
    finally:
        _within.reset(told)


async def correct_head_counts(year: int, was: str, becomes: str) -> None:
    """What collèges had enrolled in a closed year is told anew: one line of it, whatever the number of collèges."""
    await rows(HEAD_COUNTS, year, was, becomes)


ALONE = """
LOCK TABLE ptech_cohorts, ptech_censuses, ptech_outcomes, ptech_mentors, mentoring_actions, bts1_steps, bts1_intakes,
  bts1_mobilities, september_hands, head_counts, schools IN SHARE MODE
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
