"""Registering the groups of a collège, correcting them."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import UniqueViolationError

from booking.visits.groups.rules import NameTaken, names_instead, refuse_group
from booking.visits.groups.tables import Group
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

# As the index that holds it, groups_told_apart.
KEY = r"""regexp_replace(translate(lower({0}), 'àâäçéèêëîïôöùûüÿ', 'aaaceeeeiioouuuy'),
  '[[:space:][:punct:]]+', '', 'g')"""
TAKEN_BY = f"""SELECT name, archived_at IS NOT NULL AS archived FROM groups
WHERE school = $1 AND school_year = $2 AND {KEY.format("name")} = {KEY.format("$3")}"""  # noqa: S608 - constants only
FREE = f"""SELECT asked.name FROM unnest($3::varchar[]) WITH ORDINALITY AS asked (name, place)
WHERE NOT EXISTS (SELECT FROM groups taken WHERE taken.school = $1 AND taken.school_year = $2
  AND {KEY.format("taken.name")} = {KEY.format("asked.name")}) ORDER BY asked.place LIMIT 1"""  # noqa: S608 - constants only
# Whether the badges of the group may carry first names.
CHOOSE_NAMES = "UPDATE groups SET first_names = $3 WHERE id = $1 AND school = $2 RETURNING id"


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
    ulis: int = 0,
    example: bool = False,
) -> int:
    """Add a group to a collège for one school year; returns its number. Raises Invalid, NameTaken."""
    name = " ".join(name.split())
    refuse_group(name=name, level=level, pupils=pupils, ulis=ulis, section=section, school_year=school_year)
    try:
        async with transaction():
            fresh = Group(
                school=school,
                teacher=by,
                name=name,
                level=level,
                section=section,
                pupils=pupils,
                ulis=ulis,
                school_year=school_year,
                created_at=now,
                example=example,
            )
            (made,) = await Group.insert(fresh).returning(Group.id)
            await record("group_registered", by=by, about_kind="group", about=made["id"], now=now)
            return int(made["id"])
    except UniqueViolationError:
        raise await _taken(school, school_year, name) from None


async def change(
    group: int,
    *,
    school: int,
    by: int,
    name: str,
    level: str,
    pupils: int,
    now: datetime,
    section: str = "",
    ulis: int = 0,
) -> None:
    """Correct a group; visits already reserved keep the head count they were reserved with."""
    name = " ".join(name.split())
    refuse_group(name=name, level=level, pupils=pupils, ulis=ulis, section=section, school_year="2026-2027")
    try:
        async with transaction():
            corrected = Group.update({Group.name: name, Group.level: level, Group.section: section})
            corrected = corrected.values({Group.pupils: pupils, Group.ulis: ulis}).where(
                Group.id == group, Group.school == school
            )
            if not await corrected.returning(Group.id):
                raise NotFound()
            await record("group_changed", by=by, about_kind="group", about=group, now=now)
    except UniqueViolationError:
        its = await Group.select(Group.school_year).where(Group.id == group).first()
        raise await _taken(school, "" if its is None else its["school_year"], name) from None


async def _taken(school: int, school_year: str, name: str) -> NameTaken:
    there = await row(TAKEN_BY, school, school_year, name)
    found = name if there is None else there["name"]
    free: str = await value(FREE, school, school_year, names_instead(found))
    return NameTaken(found, archived=there is not None and there["archived"], free=free)
