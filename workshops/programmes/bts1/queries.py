"""Where the BTS+1 courses stand, each in full, and what they count together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct

from workshops.database import rows
from workshops.database.row_types import columns_of, rows_as
from workshops.programmes.bts1.add_up import IntakeCounts
from workshops.programmes.bts1.rules import CourseStanding, DatedStep, standing
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import paris_day, school_year_counted
from workshops.scope import Scope, within

_CARDS = f"""
SELECT c.id, c.title, c.field, c.note, c.ects, c.language, c.example, c.school, h.uai, h.name AS school_name,
       h.commune, h.department,
       i.school_year AS last_year, i.places AS last_places, i.enrolled AS last_enrolled
FROM bts1_courses c JOIN schools h ON h.id = c.school
LEFT JOIN LATERAL (SELECT school_year, places, enrolled FROM bts1_intakes
                   WHERE course = c.id AND enrolled IS NOT NULL ORDER BY school_year DESC LIMIT 1) i ON true
WHERE {within("c.school", 1)}
"""  # noqa: S608 - constants only
CARDS = f"{_CARDS} AND ($2::int IS NULL OR c.id = $2) ORDER BY h.commune, h.name, c.title"
CARDS_AFTER = f"{_CARDS} AND c.id > $2 ORDER BY c.id LIMIT $3"
STEPS = f"SELECT s.course, {columns_of(DatedStep, 's')} FROM bts1_steps s WHERE s.course = ANY ($1::int[])"  # noqa: S608 - names of our own columns
FEEDERS = """
SELECT f.id, f.bts, f.school, h.name AS school_name, h.commune
FROM bts1_feeders f LEFT JOIN schools h ON h.id = f.school WHERE f.course = $1 ORDER BY f.bts, h.commune
"""
INTAKES = f"""
SELECT {columns_of(IntakeCounts, "i")} FROM bts1_intakes i WHERE i.course = $1 ORDER BY i.school_year DESC
"""  # noqa: S608 - names of our own columns
# $1 the latest school year whose October is over: a course has an intake in each from its first rentrée on.
INTAKES_MISSING = """
SELECT c.id AS course, c.title, h.name AS school_name, h.commune, y.school_year
FROM (
  SELECT course, max(step_on) FILTER (WHERE step = 'ouverte') AS opened_on,
    max(step_on) FILTER (WHERE step = 'suspendue') AS stopped_on
  FROM bts1_steps WHERE NOT planned GROUP BY course
) r JOIN bts1_courses c ON c.id = r.course JOIN schools h ON h.id = c.school
CROSS JOIN LATERAL generate_series(extract(year FROM r.opened_on - interval '7 months')::int, $1::int) y (school_year)
WHERE (r.stopped_on IS NULL OR r.stopped_on > make_date(y.school_year, 10, 31)) AND NOT EXISTS (
  SELECT FROM bts1_intakes i WHERE i.course = c.id AND i.school_year = y.school_year AND i.enrolled IS NOT NULL)
ORDER BY y.school_year, h.commune, h.name, c.title
"""
# $1, $2 the period, $3 today: nothing is reached after today.
TOTALS = """
WITH reached AS (
  SELECT c.id, max(s.step_on) FILTER (WHERE s.step = 'ouverte') AS opened_on,
         coalesce(bool_or(s.step = 'suspendue'), false) AS stopped, count(s.id) AS steps,
         coalesce(bool_or(s.step NOT IN ('idee', 'suspendue')), false) AS begun
  FROM bts1_courses c
  LEFT JOIN bts1_steps s ON s.course = c.id AND NOT s.planned AND s.step_on <= least($2::date, $3::date)
  GROUP BY c.id
), counted AS (
  SELECT sum(enrolled) AS enrolled, sum(completed) AS completed FROM bts1_intakes
  WHERE make_date(school_year, 9, 1) BETWEEN $1 AND least($2, $3)
)
SELECT count(*) FILTER (WHERE opened_on >= $1)::int AS opened,
       count(*) FILTER (WHERE opened_on IS NULL AND steps > 0 AND NOT stopped)::int AS in_preparation,
       count(*) FILTER (WHERE begun AND (opened_on IS NOT NULL OR NOT stopped))::int AS accompanied,
       (SELECT coalesce(enrolled, 0)::int FROM counted) AS enrolled,
       (SELECT coalesce(completed, 0)::int FROM counted) AS completed
FROM reached
"""


class CourseCard(Struct, frozen=True):
    """A course as a list names it, where it stands, and its latest year that counted students."""

    id: int
    title: str
    field: str
    note: str
    ects: int | None
    language: str
    example: bool
    school: int
    uai: str
    school_name: str
    commune: str
    department: str
    last_year: int | None
    last_places: int | None
    last_enrolled: int | None
    steps: tuple[DatedStep, ...]
    stands: CourseStanding


class PartnerLine(Struct, frozen=True):
    """Someone who makes the course with the lycée."""

    id: int
    kind: str
    name: str
    company: int | None
    partner: int | None
    country: str


class FeederLine(Struct, frozen=True):
    """A BTS that leads to the course."""

    id: int
    bts: str
    school: int | None
    school_name: str | None
    commune: str | None


class MobilityLine(Struct, frozen=True):
    """People who went abroad, or came from there."""

    id: int
    school_year: int
    country: str
    kind: str
    direction: str
    host_name: str
    people: int
    weeks: int | None


PARTNERS = f"SELECT {columns_of(PartnerLine, 'p')} FROM bts1_partners p WHERE p.course = $1 ORDER BY kind, name"  # noqa: S608 - names of our own columns
MOBILITIES = f"""
SELECT {columns_of(MobilityLine, "m")} FROM bts1_mobilities m WHERE m.course = $1
ORDER BY school_year DESC, direction DESC, country, kind, host_name
"""  # noqa: S608 - names of our own columns


class CourseSheet(Struct, frozen=True):
    """All that a page says of one course."""

    card: CourseCard
    partners: list[PartnerLine]
    feeders: list[FeederLine]
    intakes: list[IntakeCounts]
    mobilities: list[MobilityLine]


class Bts1Totals(Struct, frozen=True):
    """Courses that opened in a period, those on their way at its end, students enrolled and graduated in it.

    `accompanied`: those that reached montage or a later step, unless they stopped before they opened.
    """

    opened: int
    in_preparation: int
    enrolled: int
    completed: int
    accompanied: int = 0


class IntakeMissing(Struct, frozen=True):
    """A rentrée of a course of which nobody said how many students enrolled (2026 is 2026-2027)."""

    course: int
    title: str
    school_name: str
    commune: str
    school_year: int


async def intakes_missing(*, now: datetime) -> list[IntakeMissing]:
    """The rentrées that courses lack once their October is over, the oldest first."""
    return await rows_as(IntakeMissing, INTAKES_MISSING, school_year_counted(paris_day(now)))


async def courses(*, scope: Scope, now: datetime, only: int | None = None) -> list[CourseCard]:
    """The courses of the lycées that a scope reaches, by commune."""
    return await _carded(await rows(CARDS, scope.schools, only), now)


async def courses_after(number: int, *, scope: Scope, limit: int, now: datetime) -> list[CourseCard]:
    """The same courses by number: at most `limit` that follow this one."""
    return await _carded(await rows(CARDS_AFTER, scope.schools, number, limit), now)


async def _carded(found: Sequence[Record], now: datetime) -> list[CourseCard]:
    steps: dict[int, list[DatedStep]] = defaultdict(list)
    for one in await rows(STEPS, [card["id"] for card in found]):
        steps[one["course"]].append(DatedStep(one["step"], one["step_on"], one["planned"]))
    today = paris_day(now)
    return [
        CourseCard(**dict(card), steps=tuple(steps[card["id"]]), stands=standing(steps[card["id"]], today=today))
        for card in found
    ]


async def course_sheet(course: int, *, scope: Scope, now: datetime) -> CourseSheet:
    """One course. Raises NotFound for one of a lycée that the scope does not reach."""
    found = await courses(scope=scope, now=now, only=course)
    return CourseSheet(
        card=or_not_found(next(iter(found), None)),
        partners=await rows_as(PartnerLine, PARTNERS, course),
        feeders=await rows_as(FeederLine, FEEDERS, course),
        intakes=await rows_as(IntakeCounts, INTAKES, course),
        mobilities=await rows_as(MobilityLine, MOBILITIES, course),
    )


async def totals(*, from_on: date, to_on: date, now: datetime) -> Bts1Totals:
    """What the courses count together between two days, both included, and never beyond today.

    A course counts as opened on the day of its first rentrée, also when it was suspended later; in preparation once a
    step is reached, until it opens or is suspended. Students count in the school years whose 1 September is within.
    """
    (found,) = await rows_as(Bts1Totals, TOTALS, from_on, to_on, paris_day(now))
    return found
