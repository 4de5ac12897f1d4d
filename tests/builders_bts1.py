"""Rows of BTS+1 and of the consortium for the tests, as in tests/builders.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests import builders
from tests.builders import _insert

IDEA = date(2025, 1, 15)


async def course(*, school: int | None = None, title: str = "Licence professionnelle Microtechniques") -> int:
    """A course of a lycée with no step yet."""
    host = school or await builders.school(kind="lycee")
    return await _insert("bts1_courses", school=host, title=title, field="Microtechniques")


async def step(course: int, step: str, on: date, *, planned: bool = False) -> int:
    return await _insert("bts1_steps", course=course, step=step, step_on=on, planned=planned)


async def opened(*, on: date = date(2026, 9, 1), **more: Any) -> int:
    """A course that opened on a day, with the steps before it."""
    made = await course(**more)
    for name in ("idee", "montage", "habilitee"):
        await step(made, name, IDEA)
    await step(made, "ouverte", on)
    return made


async def intake(course: int, school_year: int, **counts: int | None) -> int:
    return await _insert("bts1_intakes", course=course, school_year=school_year, **counts)


async def partner(*, kind: str = "universite", name: str = "Université Marie et Louis Pasteur", **more: Any) -> int:
    values: dict[str, Any] = {"role": "Délivre les diplômes.", "from_on": date(2025, 9, 1)}
    return await _insert("partners", kind=kind, name=name, **values | more)


async def a_whole_course(*, school: int, company: int) -> dict[str, int]:
    """A course with a line of each sort and a late step, and a partner of each sort; the numbers by name."""
    made = await course(school=school)
    for name in ("idee", "montage", "habilitee"):
        await step(made, name, IDEA)
    await step(made, "ouverte", date(2026, 9, 1), planned=True)
    member = await partner(web="https://www.example.org")
    await partner(kind="lycee", name="Lycée Jules Haag, Besançon", school=school)
    await partner(kind="entreprise", name="Horlogerie du Doubs", company=company)
    await _insert("bts1_partners", course=made, kind="universite", name="Université", partner=member)
    await _insert("bts1_feeders", course=made, bts="BTS Conception de microtechniques", school=school)
    await intake(made, 2026, places=12, applicants=31, enrolled=14, apprentices=9, girls=5, completed=3, employed_6m=1)
    await _insert("bts1_mobilities", course=made, school_year=2026, country="Suisse", kind="stage", people=3)
    return {"course": made, "partner": member}
