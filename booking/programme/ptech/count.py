"""A lycée or the coordinator counts a cohort, and the journal says who did: counts, never a pupil."""

from __future__ import annotations

from datetime import datetime

from booking.ptech_words import OUTCOMES
from booking.wording import year_words
from workshops.database import transaction
from workshops.events.record import record
from workshops.ptech import record_census as censuses
from workshops.ptech import record_outcome as outcomes
from workshops.ptech.check_flow import Headcount


async def record_census(cohort: int, census: Headcount, *, school: int | None, by: int, now: datetime) -> int:
    """The counts of an October or a June; said again, they are corrected. Raises Invalid, NotFound."""
    async with transaction():
        made = await censuses.record_census(cohort, census, school=school, now=now)
        detail = f"{census.name} : {census.present}"
        await record("census_recorded", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_census(
    cohort: int, *, school_year: int, term: str, school: int | None, by: int, now: datetime
) -> None:
    """The latest counts are taken back. Raises NotFound, LaterCensus."""
    async with transaction():
        await censuses.remove_census(cohort, school_year=school_year, term=term, school=school)
        detail = f"{term} {year_words(school_year)}"
        await record("census_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


async def record_outcome(
    cohort: int, *, kind: str, school_year: int, pupils: int, school: int | None, by: int, now: datetime
) -> int:
    """What became of so many pupils; said again, it is corrected. Raises Invalid, NotFound."""
    async with transaction():
        made = await outcomes.record_outcome(
            cohort, kind=kind, school_year=school_year, pupils=pupils, school=school, now=now
        )
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)} : {pupils}"
        await record("outcome_recorded", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_outcome(
    cohort: int, *, kind: str, school_year: int, school: int | None, by: int, now: datetime
) -> None:
    """A count is taken back. Raises NotFound."""
    async with transaction():
        await outcomes.remove_outcome(cohort, kind=kind, school_year=school_year, school=school)
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)}"
        await record("outcome_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)
