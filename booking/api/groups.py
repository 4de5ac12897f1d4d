"""A collège's groups, for machines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from booking.api.bodies import NewGroup
from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.door.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.groups.archive import archive, take_back
from booking.visits.groups.queries import groups_after
from booking.visits.groups.register import register
from booking.wording import school_year_of


@get("/groups", opt=TEACHER)
async def list_groups(
    person: NamedDependency[Teacher],
    now: NamedDependency[datetime],
    archived: FromQuery[bool] = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Page:
    """The groups of one's collège in the current school year; with `archived`, those that were put away."""
    after, year = start_of(cursor, of="groups"), school_year_of(now)
    found = await groups_after(after, school=person.school, school_year=year, archived=archived, limit=limit + 1)
    return page_of(found, asdict, of="groups", limit=limit)


@post("/groups", opt=TEACHER)
async def add_group(
    data: JSONBody[NewGroup], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Register a group of one's collège."""
    made = await register(
        school=person.school,
        by=person.account,
        name=data.name,
        level=data.level,
        pupils=data.pupils,
        school_year=data.school_year,
        section=data.section,
        now=now,
    )
    return {"id": made, "name": data.name, "level": data.level, "pupils": data.pupils, "school_year": data.school_year}


@post("/groups/{group:int}/archive", status_code=200, opt=TEACHER)
async def archive_group(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Put a group away: it is in no list and takes no slot. Refused while it has a visit to come (visits-ahead)."""
    await archive(group, school=person.school, by=person.account, now=now)
    return {"id": group, "archived": True}


@delete("/groups/{group:int}/archive", status_code=200, opt=TEACHER)
async def take_group_back(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Have an archived group among the others again."""
    await take_back(group, school=person.school, by=person.account, now=now)
    return {"id": group, "archived": False}
