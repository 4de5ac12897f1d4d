"""A collège's groups, for machines."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.shapes import (
    PAGE,
    Cursor,
    Limit,
    Page,
    answer_of,
    made,
    page_of,
    start_of,
)
from booking.door.rights.guards import AsTeacher, Now, may
from booking.visits.groups.queries import group_of, groups_after
from booking.visits.groups.register import RegisterGroup, archive, delete_group, register, take_back
from booking.words.wording import school_year_of
from workshops.refusals import or_not_found
from workshops.schools.rules import Level

Archived = Annotated[bool, QueryParameter(description="`true`: those that were put away.")]


class GroupAnswer(msgspec.Struct):
    """A group as its collège sees it; `ulis` of its pupils are of ULIS; `visits` counts what it has reserved this year,
    past or coming; it is `used` once it was in a demand, whatever became of it; an `archived` one is in no other list.
    """

    id: int
    name: str
    level: Level
    section: str
    pupils: int
    ulis: int
    school_year: str
    visits: int
    used: bool
    first_names: bool
    archived: bool


class RegisteredGroup(msgspec.Struct):
    """The group under the number that it keeps."""

    id: int
    name: str
    level: Level
    pupils: int
    school_year: str
    ulis: int


class ArchivedGroup(msgspec.Struct):
    """Whether the group is put away."""

    id: int
    archived: bool


@get("/groups", opt=may("visits.keep"))
async def list_groups(
    person: AsTeacher, now: Now, archived: Archived = False, limit: Limit = PAGE, cursor: Cursor = None
) -> Page[GroupAnswer]:
    """The groups of one's collège in the current school year; with `archived`, those that were put away."""
    after, year = start_of(cursor, of="groups"), school_year_of(now)
    found = await groups_after(after, scope=person.scope, school_year=year, archived=archived, limit=limit + 1)
    return page_of(found, partial(answer_of, GroupAnswer), of="groups", limit=limit)


@get("/groups/{group:int}", opt=may("visits.keep"))
async def read_group(group: FromPath[int], person: AsTeacher) -> GroupAnswer:
    """One group of one's collège, archived or not."""
    return answer_of(GroupAnswer, or_not_found(await group_of(group, scope=person.scope)))


@post("/groups", opt=may("visits.keep"))
async def add_group(data: JSONBody[RegisterGroup], person: AsTeacher, now: Now) -> Response[RegisteredGroup]:
    """Register a group of one's collège."""
    number = await register(data, school=person.school, by=person.account, now=now)
    return made(answer_of(RegisteredGroup, data, id=number), f"/groups/{number}")


@delete("/groups/{group:int}", status_code=204, opt=may("visits.keep"))
async def remove_group(group: FromPath[int], person: AsTeacher, now: Now) -> None:
    """Delete a group that was in no demand, ever; another is put away (group-used)."""
    await delete_group(group, school=person.school, by=person.account, now=now)


@post("/groups/{group:int}/archive", status_code=200, opt=may("visits.keep"))
async def archive_group(group: FromPath[int], person: AsTeacher, now: Now) -> ArchivedGroup:
    """Put a group away: it is in no list and takes no slot. Refused while it has a visit to come (visits-ahead)."""
    await archive(group, school=person.school, by=person.account, now=now)
    return ArchivedGroup(group, archived=True)


@delete("/groups/{group:int}/archive", status_code=200, opt=may("visits.keep"))
async def take_group_back(group: FromPath[int], person: AsTeacher, now: Now) -> ArchivedGroup:
    """Have an archived group among the others again."""
    await take_back(group, school=person.school, by=person.account, now=now)
    return ArchivedGroup(group, archived=False)
