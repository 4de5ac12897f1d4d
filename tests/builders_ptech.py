"""Rows of P-TECH for the tests, as in tests/builders.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from tests import builders
from tests.builders import _insert
from workshops.database import row


async def scheme(*, school: int | None = None, title: str = "P-TECH Microtechniques", **more: Any) -> int:
    """A scheme open since September 2024."""
    host = school or await builders.school(kind="lycee")
    told = {"field": "Bac pro Microtechniques", "opens_on": date(2024, 9, 1), **more}
    return await _insert("ptech_schemes", school=host, title=title, **told)


async def cohort(*, of: int | None = None, entry_year: int = 2024, **more: Any) -> int:
    return await _insert("ptech_cohorts", scheme=of or await scheme(), entry_year=entry_year, **more)


async def census(cohort: int, school_year: int, term: str = "october", *, present: int = 24, **more: Any) -> int:
    return await _insert("ptech_censuses", cohort=cohort, school_year=school_year, term=term, present=present, **more)


async def mentor(cohort: int, *, company: int | None = None, from_on: date = date(2024, 9, 15), **more: Any) -> int:
    told = {"company": company or await builders.company(), "from_on": from_on, **more}
    return await _insert("ptech_mentors", cohort=cohort, **told)


async def action(cohort: int, *, starts_at: datetime, company: int | None = None, **more: Any) -> int:
    """A visit of two hours, planned."""
    told = {"kind": "visite", "title": "Visite de l'atelier", "minutes": 120, "people": 2, **more}
    return await _insert(
        "mentoring_actions", cohort=cohort, company=company, starts_at=starts_at, uid=f"{uuid4()}@tests", **told
    )


async def a_whole_cohort(*, school: int, company: int, now: datetime) -> dict[str, int]:
    """A scheme whose cohort entered two autumns ago: counted, mentored, with an action ahead; the numbers by name."""
    year = now.year - (2 if now.month >= 9 else 3)
    made = await scheme(school=school, opens_on=date(year, 9, 1))
    entered = await cohort(of=made, entry_year=year)
    await census(entered, year, present=24, girls=6)
    await census(entered, year, "june", present=21, girls=5, left_moved=1)
    await census(entered, year + 1, present=22, girls=5, entered=1)
    await mentor(entered, company=company, from_on=date(year, 9, 15))
    mentoring = await action(entered, company=company, starts_at=now.replace(year=now.year + 1, day=12))
    await action(entered, company=company, starts_at=now.replace(year=now.year - 1, day=12), state="held", pupils=20)
    await _insert("ptech_outcomes", cohort=entered, kind="other", pupils=1, school_year=year + 1)
    return {"scheme": made, "cohort": entered, "mentoring": mentoring}


async def stored(table: str, number: int) -> dict[str, Any]:
    """A row as it is now."""
    found = await row(f'SELECT * FROM "{table}" WHERE id = $1', number)
    return dict(found or {})
