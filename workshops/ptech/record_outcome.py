"""Count what became of a cohort's pupils."""

from __future__ import annotations

from datetime import datetime

from workshops.database import row, transaction, value
from workshops.events.record import record, record_by
from workshops.ptech.check_outcome import refuse_outcome
from workshops.ptech.lock import lock_cohort
from workshops.ptech.rules import OUTCOMES
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day, year_words

EVER = """
SELECT coalesce(sum(CASE WHEN first THEN present ELSE entered END), 0)::int FROM (
  SELECT present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first
  FROM ptech_censuses WHERE cohort = $1) counted
"""
RECORD = """
INSERT INTO ptech_outcomes (cohort, kind, school_year, pupils) VALUES ($1, $2, $3, $4)
ON CONFLICT (cohort, kind, school_year) DO UPDATE SET pupils = excluded.pupils RETURNING id
"""
REMOVE = "DELETE FROM ptech_outcomes WHERE cohort = $1 AND kind = $2 AND school_year = $3::int RETURNING id"


async def record_outcome(
    cohort: int, *, kind: str, school_year: int, pupils: int, school: int | None, by: int | None, now: datetime
) -> int:
    """So many pupils of the cohort passed, entered a BTS, work or study; said again, it is corrected.

    Returns the record's number. Raises Invalid, NotFound.
    """
    async with transaction():
        known = await lock_cohort(cohort, school=school)
        refuse_outcome(
            kind,
            pupils,
            entry_year=known.entry_year,
            school_year=school_year,
            present_ever=int(await value(EVER, cohort)),
            on=paris_day(now),
        )
        made = int(await value(RECORD, cohort, kind, school_year, pupils))
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)} : {pupils}"
        await record_by(by, "outcome_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_outcome(
    cohort: int, *, kind: str, school_year: int, school: int | None, by: int, now: datetime
) -> None:
    """Take a count back, written by mistake. Raises NotFound."""
    async with transaction():
        await lock_cohort(cohort, school=school)
        if await row(REMOVE, cohort, kind, school_year) is None:
            raise NotFound
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)}"
        await record("outcome_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
