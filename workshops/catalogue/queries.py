"""Which workshops and rooms there are, which objects are built, and what teachers said of their visits: sums of a
workshop, and of all of them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from workshops.catalogue.rules import Diploma, SafetySheet, Standing, TaughtAt, WorkshopNumbers, nearest_diplomas
from workshops.companies.queries import known_places
from workshops.database.row_types import columns_of, row_as, rows_as
from workshops.scope import Scope, within

_WORKSHOP = f"""
SELECT w.id, w.school, s.name AS school_name, s.commune, w.title, w.summary, w.state, w.levels,
       {columns_of(WorkshopNumbers, "w")}, w.access, {columns_of(SafetySheet, "w")},
       w.offers, w.bring, w.diploma, w.diploma_school, w.diploma_link, w.example,
       objects.ids AS object_ids, objects.names AS object_names
FROM workshops w JOIN schools s ON s.id = w.school
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(o.id ORDER BY o.name), '{{}}') AS ids,
         coalesce(array_agg(o.name ORDER BY o.name), '{{}}') AS names
  FROM workshop_objects link JOIN tech_objects o ON o.id = link.tech_object WHERE link.workshop = w.id
) objects
"""  # noqa: S608 - constants only
ONE = _WORKSHOP + "WHERE w.id = $1"
AFTER = f"{_WORKSHOP}WHERE w.id > $1 AND {within('w.school', 2)} ORDER BY w.id LIMIT $3"
OF_SCHOOL = _WORKSHOP + "WHERE w.school = $1 ORDER BY w.title, w.id"
PICTURES = "SELECT workshop, name, alt FROM workshop_pictures WHERE workshop = ANY ($1)"
SHOWS = "SELECT workshop, name, alt FROM workshop_pictures WHERE name = $1"


class RoomCard(Struct, frozen=True):
    """A room of a lycée and the pupils that it holds."""

    id: int
    school: int
    name: str
    seats: int
    closed: bool


_ROOM = f"SELECT {columns_of(RoomCard, 'r')} FROM rooms r"  # noqa: S608 - constants only
ROOMS = f"{_ROOM} WHERE r.school = $1 AND ($2 OR NOT r.closed) ORDER BY r.name, r.id"
ROOMS_AFTER = f"{_ROOM} WHERE r.id > $1 AND r.school = $2 ORDER BY r.id LIMIT $3"
ROOM = f"{_ROOM} WHERE r.id = $1 AND {within('r.school', 2)}"


class WorkshopCard(WorkshopNumbers, frozen=True):
    """A workshop with its safety sheet and the objects that can be built in it."""

    id: int
    school: int
    school_name: str
    commune: str
    title: str
    summary: str
    state: str
    levels: tuple[str, ...]
    access: str
    sheet: SafetySheet
    offers: tuple[str, ...]
    bring: str
    diploma: str
    diploma_school: int | None
    diploma_link: str
    object_ids: tuple[int, ...]
    object_names: tuple[str, ...]
    example: bool


async def workshop(number: int) -> WorkshopCard | None:
    """One workshop by its number."""
    return await row_as(WorkshopCard, ONE, number)


async def workshops_of(school: int) -> list[WorkshopCard]:
    """What a lycée proposes, drafts included."""
    return await rows_as(WorkshopCard, OF_SCHOOL, school)


async def workshops_after(number: int, *, scope: Scope, limit: int) -> list[WorkshopCard]:
    """The workshops of the lycées that a scope reaches, drafts included, by number: at most `limit` after this one."""
    return await rows_as(WorkshopCard, AFTER, number, scope.schools, limit)


DIPLOMAS = """
SELECT w.diploma AS title, w.diploma_link AS link, h.id AS school, h.name AS lycee, w.id = $1 AS own,
  h.commune, h.department, h.lat, h.lon,
  ARRAY(SELECT o.name FROM workshop_objects k JOIN tech_objects o ON o.id = k.tech_object
    WHERE k.workshop = w.id AND o.id = ANY ($2::int[]) ORDER BY o.name)::text[] AS objects
FROM workshops w JOIN schools h ON h.id = coalesce(w.diploma_school, w.school)
WHERE w.diploma <> '' AND NOT h.closed AND (w.id = $1 OR w.state = 'published' AND EXISTS (
  SELECT FROM workshop_objects k WHERE k.workshop = w.id AND k.tech_object = ANY ($2::int[])))
ORDER BY w.id
"""
PLACE = "SELECT commune, department, lat, lon FROM schools WHERE id = $1"


async def diplomas_for(college: int, *, workshop: int, objects: Iterable[int], most: int) -> list[Diploma]:
    """What teaches these objects, in the lycées nearest to a collège: that of the workshop where they were built, and
    those of all others that build them."""
    taught = await rows_as(TaughtAt, DIPLOMAS, workshop, list(objects))
    place = await row_as(Standing, PLACE, college) if taught else None
    return [] if place is None else nearest_diplomas(taught, place, await known_places(), most=most)


class Picture(Struct, frozen=True):
    """What a lycée shows of a workshop: `name` is that of its files, `alt` says what is seen."""

    workshop: int
    name: str
    alt: str


async def pictures_of(workshops: Iterable[int]) -> dict[int, Picture]:
    """The pictures of these workshops, by workshop; some have none."""
    return {one.workshop: one for one in await rows_as(Picture, PICTURES, list(workshops))}


async def picture_named(name: str) -> Picture | None:
    """The picture that a workshop shows under this name today."""
    return await row_as(Picture, SHOWS, name)


async def rooms_of(school: int, *, closed_too: bool = False) -> list[RoomCard]:
    """The rooms of a lycée, by name."""
    return await rows_as(RoomCard, ROOMS, school, closed_too)


async def rooms_after(number: int, *, school: int, limit: int) -> list[RoomCard]:
    """The rooms of a lycée, the closed ones too, by number: at most `limit` that follow this one."""
    return await rows_as(RoomCard, ROOMS_AFTER, number, school, limit)


async def room(number: int, *, scope: Scope) -> RoomCard | None:
    """One room, where the scope reaches its lycée."""
    return await row_as(RoomCard, ROOM, number, scope.schools)


_SUMS = """SELECT o.school_year, o.question,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'yes'), 0)::int AS yes,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'partly'), 0)::int AS partly,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'no'), 0)::int AS no
FROM opinions o"""
# Fewer answers than these of a year say who gave them to whoever knows who came.
OPINIONS_FEWEST = 5
_BY_YEAR = f"""GROUP BY o.school_year, o.question HAVING sum(o.visits) >= {OPINIONS_FEWEST}
ORDER BY o.school_year DESC, o.question"""
OPINIONS_OF_WORKSHOP = f"{_SUMS} WHERE o.workshop = $1 {_BY_YEAR}"
OPINIONS_IN_ALL = f"{_SUMS} WHERE $1::int IS NULL OR o.school_year = $1 {_BY_YEAR}"


class OpinionCount(Struct, frozen=True):
    """How many visits of a school year (2026 is 2026-2027) gave each answer to one question."""

    school_year: int
    question: str
    yes: int
    partly: int
    no: int

    @property
    def visits(self) -> int:
        return self.yes + self.partly + self.no


async def said_of_workshop(workshop: int) -> list[OpinionCount]:
    """What was said of a workshop, the last year first; a year is told once enough visits have answered."""
    return await rows_as(OpinionCount, OPINIONS_OF_WORKSHOP, workshop)


async def said_in_all(school_year: int | None = None) -> list[OpinionCount]:
    """What was said of all workshops together, in one year or in each."""
    return await rows_as(OpinionCount, OPINIONS_IN_ALL, school_year)


_OBJECT = "SELECT o.id, o.name, o.summary, o.minutes FROM tech_objects o "
OBJECT = _OBJECT + "WHERE o.id = $1"
OBJECTS = _OBJECT + "ORDER BY o.name, o.id"
OBJECTS_AFTER = _OBJECT + "WHERE o.id > $1 ORDER BY o.id LIMIT $2"
OBJECTS_OF = (
    _OBJECT
    + """
JOIN workshop_objects link ON link.tech_object = o.id WHERE link.workshop = $1 ORDER BY o.name, o.id
"""
)


class ObjectCard(Struct, frozen=True):
    """An object, what it is, and how many minutes a group spends on it."""

    id: int
    name: str
    summary: str
    minutes: int


async def tech_object(number: int) -> ObjectCard | None:
    """One object by its number."""
    return await row_as(ObjectCard, OBJECT, number)


async def tech_objects() -> list[ObjectCard]:
    """Every object, by name."""
    return await rows_as(ObjectCard, OBJECTS)


async def tech_objects_after(number: int, *, limit: int) -> list[ObjectCard]:
    """The objects by number: at most `limit` that follow this one."""
    return await rows_as(ObjectCard, OBJECTS_AFTER, number, limit)


async def objects_of(workshop: int) -> list[ObjectCard]:
    """What a group can build in this workshop."""
    return await rows_as(ObjectCard, OBJECTS_OF, workshop)
