"""Registering the groups of a collège."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import UniqueViolationError

from booking.groups.rules import NameTaken, refuse_group
from booking.journal.write import write
from workshops.database import row, transaction, value
from workshops.refusals import NotFound

ADD = """INSERT INTO groups (school, teacher, name, level, section, pupils, school_year, created_at, example)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id"""
CHANGE = """UPDATE groups SET name = $3, level = $4, section = $5, pupils = $6
WHERE id = $1 AND school = $2 RETURNING school_year"""


async def register(
    *,
    school: int,
    by: int,
    name: str,
    level: str,
    pupils: int,
    school_year: str,
    now: datetime,
    section: str = "",
    example: bool = False,
) -> int:
    """Add a group to a collège for one school year; returns its number. Raises Invalid, NameTaken."""
    name = " ".join(name.split())
    refuse_group(name=name, level=level, pupils=pupils, section=section, school_year=school_year)
    try:
        async with transaction():
            made = int(await value(ADD, school, by, name, level, section, pupils, school_year, now, example))
            await write("group_registered", account=by, about_kind="group", about=made, now=now)
            return made
    except UniqueViolationError:
        raise NameTaken() from None


async def change(
    group: int, *, school: int, by: int, name: str, level: str, pupils: int, now: datetime, section: str = ""
) -> None:
    """Correct a group; visits already reserved keep the head count they were reserved with."""
    name = " ".join(name.split())
    refuse_group(name=name, level=level, pupils=pupils, section=section, school_year="2026-2027")
    try:
        async with transaction():
            if await row(CHANGE, group, school, name, level, section, pupils) is None:
                raise NotFound()
            await write("group_changed", account=by, about_kind="group", about=group, now=now)
    except UniqueViolationError:
        raise NameTaken() from None
