"""Count a cohort in October and in June: who is there, who came, who left."""

from __future__ import annotations

from datetime import datetime

import msgspec

from workshops.acts import Act
from workshops.closed_years.correct import recording
from workshops.database import value
from workshops.database.row_types import rows_as
from workshops.events.record import record, record_by
from workshops.ptech.check_flow import CensusCount, refuse_census
from workshops.ptech.lock import lock_cohort
from workshops.ptech.rules import LaterCensus
from workshops.ptech.tables import Census
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import year_words
from workshops.scope import Scope

KNOWN = """
SELECT school_year, term, present, girls, entered, left_reoriented, left_moved, left_work, left_dropout, left_other,
  note FROM ptech_censuses WHERE cohort = $1 ORDER BY school_year, term DESC
"""
RECORD = """
INSERT INTO ptech_censuses (cohort, recorded_at, school_year, term, present, girls, entered, left_reoriented,
  left_moved, left_work, left_dropout, left_other, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (cohort, school_year, term) DO UPDATE SET
  present = excluded.present, girls = excluded.girls, entered = excluded.entered,
  left_reoriented = excluded.left_reoriented, left_moved = excluded.left_moved, left_work = excluded.left_work,
  left_dropout = excluded.left_dropout, left_other = excluded.left_other, note = excluded.note,
  recorded_at = excluded.recorded_at
RETURNING id
"""
# A gap stays explained, by $2: nobody is asked about it again.
FORGET_NOTES = "UPDATE ptech_censuses SET note = $2 WHERE note NOT IN ('', $2) AND recorded_at < $1 RETURNING id"


class RecordCensus(CensusCount, Act, frozen=True, kw_only=True):
    """The counts of October or June (`october`, `june`) of a school year (2026 is 2026-2027).

    `entered` and `left_...` since the census before; `note` explains a flow that does not add up.
    """


async def record_census(cohort: int, census: RecordCensus, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Keep the counts of one October or June; said again, they are corrected. Returns the census's number.

    Raises Invalid, with the sentence that explains a flow that does not add up; NotFound.
    """
    async with recording(by=by, school=scope.school, now=now):
        known = await lock_cohort(cohort, scope=scope)
        others = [one for one in await _censuses(cohort) if one.rank != census.rank]
        refuse_census(census, known=others, entry_year=known.entry_year, now=now)
        made = int(await value(RECORD, cohort, now, *msgspec.structs.astuple(census)))
        detail = f"{census.name} : {census.present}"
        await record_by(by, "census_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_census(cohort: int, *, school_year: int, term: str, scope: Scope, by: int, now: datetime) -> None:
    """Take the latest counts back, written by mistake. Raises NotFound, LaterCensus."""
    async with recording(by=by, school=scope.school, now=now):
        await lock_cohort(cohort, scope=scope)
        known = await _censuses(cohort)
        meant = or_not_found(next((one for one in known if (one.school_year, one.term) == (school_year, term)), None))
        if any(one.rank > meant.rank for one in known):
            raise LaterCensus
        wrong = Census.delete().where(Census.cohort == cohort)
        await wrong.where(Census.school_year == school_year, Census.term == term)
        detail = f"{term} {year_words(school_year)}"
        await record("census_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


async def _censuses(cohort: int) -> list[CensusCount]:
    return await rows_as(CensusCount, KNOWN, cohort)
