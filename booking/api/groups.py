"""A collège's groups, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from booking.accounts.queries import Person
from booking.api.bodies import NewGroup
from booking.groups.queries import groups_of
from booking.groups.register import register
from booking.wording import school_year_of


@get("/groups", opt={"who": {"teacher"}})
async def list_groups(person: NamedDependency[Person], now: NamedDependency[datetime]) -> dict[str, Any]:
    """The groups of one's collège in the current school year."""
    found = await groups_of(person.school or 0, school_year=school_year_of(now))
    return {"items": found, "next_cursor": None}


@post("/groups", opt={"who": {"teacher"}})
async def add_group(
    data: JSONBody[NewGroup], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Register a group of one's collège."""
    made = await register(
        school=person.school or 0,
        by=person.account,
        name=data.name,
        level=data.level,
        pupils=data.pupils,
        school_year=data.school_year,
        section=data.section,
        now=now,
    )
    return {"id": made, "name": data.name, "level": data.level, "pupils": data.pupils, "school_year": data.school_year}
