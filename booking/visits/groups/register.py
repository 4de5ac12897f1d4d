"""Registering the groups of a collège, correcting them, putting them away."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from asyncpg.exceptions import UniqueViolationError
from msgspec import Meta, structs
from piccolo.columns import Column

from booking.visits.groups.queries import WAS_ASKED_FOR
from booking.visits.groups.tables import Group
from booking.visits.reservation_states import LIVE_SQL
from workshops.acts import Act, a_number, labelled, typed
from workshops.acts.health import says_of_pupil
from workshops.database import row, savepoint, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.schools.rules import Level

NAME_MOST = 60
PUPILS_MOST = 60
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


class DescribeGroup(Act, frozen=True, kw_only=True):
    """A group of a collège: a label, a level, a head count, never a pupil's name."""

    name: Annotated[
        str,
        typed(
            "Nom du groupe",
            "As the collège calls it, for example: 4e B.",
            least=1,
            most=NAME_MOST,
            check=partial(says_of_pupil, "Nom du groupe", instead="Écrivez la classe, par exemple « 4e B »."),
        ),
    ]
    level: Annotated[Level, labelled("Niveau", "The year of collège.")]
    pupils: Annotated[int, a_number("Élèves", "Pupils of the group.", 1, PUPILS_MOST)]
    ulis: Annotated[int, a_number("Dont élèves d'ULIS", "How many of them are of ULIS.", 0, PUPILS_MOST)] = 0
    section: Annotated[Literal["", "SEGPA", "Club"], labelled("Section", "Empty for an ordinary class.")] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.ulis > self.pupils:
            raise Invalid({"ulis": "Dont élèves d'ULIS : pas plus que d'élèves dans le groupe."})


class RegisterGroup(DescribeGroup, frozen=True, kw_only=True):
    """A group of the teacher's collège, for one school year."""

    school_year: Annotated[
        str,
        Meta(
            description="For example: 2026-2027.",
            extra={"label": "Année scolaire"},
            extra_json_schema={"pattern": r"^20\d\d-20\d\d$"},
        ),
    ]

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_school_year(self.school_year)


class NameTaken(Refusal):
    """Capitals, accents, spaces and signs do not tell two groups apart; `name` is there, nobody has the `free` one."""

    kind = "group-exists"
    field = "name"
    title = "Groupe déjà inscrit"

    def __init__(self, name: str, *, archived: bool, free: str) -> None:
        there = f"Votre collège a déjà le groupe « {name} » cette année"
        if archived:
            super().__init__(f"{there}, archivé : reprenez-le au bas de la page « Mes groupes ».")
        else:
            super().__init__(f"{there}. Choisissez un autre nom, comme « {free} ».")


AHEAD = f"""SELECT 1 FROM reservations WHERE "group" = $1 AND ends_at > $2
  AND state IN {LIVE_SQL} LIMIT 1"""  # noqa: S608 - constants only
USED = f"SELECT {WAS_ASKED_FOR.format(group='$1')}"
# Of somebody who was never of this collège: nothing came of them, and they are in nobody's list.
FORGET_GROUPS = """UPDATE groups SET teacher = NULL, archived_at = coalesce(archived_at, $3)
WHERE teacher = $1 AND school = $2"""
TAUGHT_BY = """UPDATE groups g SET teacher = $2 FROM was WHERE g.id = was.id
  RETURNING g.id, was.teacher AS former"""
FORGET_TEACHER = "UPDATE groups SET teacher = NULL WHERE teacher = $1"


class VisitsAhead(Refusal):
    kind = "visits-ahead"
    title = "Visites à venir"
    sentence = "Ce groupe a encore une visite à venir. Annulez-la, ou archivez le groupe après."


class GroupUsed(Refusal):
    kind = "group-used"
    title = "Groupe qui a servi"
    sentence = "Ce groupe a déjà été dans une demande ou une visite : archivez-le, ses visites restent."


async def register(asked: RegisterGroup, *, school: int, by: int, now: datetime, example: bool = False) -> int:
    """Add a group to a collège for one school year; returns its number. Raises NameTaken."""
    fresh = Group(school=school, teacher=by, **structs.asdict(asked), created_at=now, example=example)
    async with transaction():
        try:
            async with savepoint():
                (made,) = await Group.insert(fresh).returning(Group.id)
        except UniqueViolationError:
            raise await _taken(school, asked.school_year, asked.name) from None
        await record("group_registered", by=by, about_kind="group", about=made["id"], now=now)
        return int(made["id"])


async def change(group: int, asked: DescribeGroup, *, school: int, by: int, now: datetime) -> None:
    """Correct a group; visits already reserved keep the head count they were reserved with. Raises NameTaken,
    NotFound."""
    try:
        async with transaction():
            told: dict[Column | str, Any] = dict(structs.asdict(asked).items())
            corrected = Group.update(told).where(Group.id == group, Group.school == school)
            if not await corrected.returning(Group.id):
                raise NotFound()
            await record("group_changed", by=by, about_kind="group", about=group, now=now)
    except UniqueViolationError:
        its = await Group.select(Group.school_year).where(Group.id == group).first()
        raise await _taken(school, "" if its is None else its["school_year"], asked.name) from None


async def _taken(school: int, school_year: str, name: str) -> NameTaken:
    there = await row(TAKEN_BY, school, school_year, name)
    found = name if there is None else there["name"]
    free: str = await value(FREE, school, school_year, names_instead(found))
    return NameTaken(found, archived=there is not None and there["archived"], free=free)


def names_instead(name: str) -> list[str]:
    """What a group may be called where its name is taken, the nearest first."""
    return [f"{name[: NAME_MOST - len(more)]}{more}" for more in (" bis", " ter", *(f" {n}" for n in range(2, 100)))]


def refuse_school_year(school_year: str) -> None:
    """A school year is written as two years, one after the other. Raises Invalid."""
    years = re.fullmatch(r"(20\d\d)-(20\d\d)", school_year)
    if years is None or int(years[2]) != int(years[1]) + 1:
        raise Invalid({"school_year": "Année scolaire : écrivez-la ainsi, 2026-2027."})


async def archive(group: int, *, school: int, by: int, now: datetime) -> None:
    """It leaves the lists and the choices, its past visits stay. Raises NotFound, VisitsAhead."""
    async with transaction():
        if await _archived_at(group, school) is not None:
            return
        if await value(AHEAD, group, now) is not None:
            raise VisitsAhead()
        await Group.update({Group.archived_at: now}).where(Group.id == group)
        await record("group_archived", by=by, about_kind="group", about=group, now=now)


async def take_back(group: int, *, school: int, by: int, now: datetime) -> None:
    """It is among the others again. Raises NotFound."""
    async with transaction():
        if await _archived_at(group, school) is None:
            return
        await Group.update({Group.archived_at: None}).where(Group.id == group)
        await record("group_taken_back", by=by, about_kind="group", about=group, now=now)


async def delete_group(group: int, *, school: int, by: int, now: datetime) -> None:
    """It is gone, and its name free, where it was never in any demand. Raises NotFound, GroupUsed."""
    async with transaction():
        # Whoever reserves for it at this moment comes first, or finds it gone.
        own = Group.select(Group.id).where(Group.id == group, Group.school == school)
        or_not_found(await own.lock_rows("UPDATE").first())
        if await value(USED, group):
            raise GroupUsed()
        await Group.delete().where(Group.id == group)
        await record("group_deleted", by=by, about_kind="group", about=group, now=now)


async def _archived_at(group: int, school: int) -> datetime | None:
    own = Group.select(Group.archived_at).where(Group.id == group, Group.school == school)
    found = or_not_found(await own.lock_rows("UPDATE").first())
    at: datetime | None = found["archived_at"]
    return at
