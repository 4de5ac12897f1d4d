"""Change records of P-TECH and BTS+1: what counts in a closed year changes with its reason, or not at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime

from asyncpg.exceptions import RaiseError

from workshops.closed_years.rules import YearFrozen, correcting_because
from workshops.database import rows, transaction
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
