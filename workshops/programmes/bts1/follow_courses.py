"""All the courses together, year after year: their places, their students, what became of the graduates, who went
abroad."""

from __future__ import annotations

from msgspec import Struct

from workshops.database.row_types import rows_as
from workshops.scope import Scope, within

# $1 the lycées of the scope. The situation of graduates is theirs who answered: silence is none.
COURSE_YEARS = f"""
SELECT i.school_year, count(*)::int AS courses, sum(i.places)::int AS places, sum(i.enrolled)::int AS enrolled,
       sum(i.completed)::int AS completed, count(i.completed)::int AS graduating,
       sum(coalesce(i.employed_6m, CASE WHEN told.answered IS NOT NULL THEN 0 END))::int AS employed,
       sum(told.answered)::int AS answered
FROM bts1_intakes i JOIN bts1_courses c ON c.id = i.course
CROSS JOIN LATERAL (
  SELECT CASE WHEN num_nonnulls(i.employed_6m, i.studying_6m, i.seeking_6m, i.unknown_6m) > 0
    THEN coalesce(i.employed_6m, 0) + coalesce(i.studying_6m, 0) + coalesce(i.seeking_6m, 0) END AS answered
) told
WHERE {within("c.school", 1)} GROUP BY i.school_year ORDER BY i.school_year
"""  # noqa: S608 - constants only
STAY_YEARS = f"""
SELECT m.school_year, m.direction, sum(m.people)::int AS people, count(DISTINCT m.country)::int AS countries,
       coalesce(sum(m.people) FILTER (WHERE m.weeks IS NOT NULL), 0)::int AS timed,
       coalesce(sum(m.people * m.weeks), 0)::int AS weeks
FROM bts1_mobilities m JOIN bts1_courses c ON c.id = m.course
WHERE {within("c.school", 1)} GROUP BY m.school_year, m.direction ORDER BY m.school_year, m.direction DESC
"""  # noqa: S608 - constants only


class CourseYear(Struct, frozen=True):
    """A school year of all courses together (2026 is 2026-2027): of how many of them something is noted, and the
    counts, None where no course has told them.

    Of the graduates of `graduating` courses, `employed` work six months later, of the `answered` whose situation is
    known.
    """

    school_year: int
    courses: int
    places: int | None
    enrolled: int | None
    completed: int | None
    graduating: int
    employed: int | None
    answered: int | None


class StayYear(Struct, frozen=True):
    """The mobilities of all courses in a school year, one way: `people`, to or from how many `countries`.

    `timed` of the people stayed `weeks` in all, one after the other; of the others nobody said how long.
    """

    school_year: int
    direction: str
    people: int
    countries: int
    timed: int
    weeks: int

    @property
    def mean_weeks(self) -> float | None:
        """How long a person stayed, of those of whom it is known."""
        return self.weeks / self.timed if self.timed else None


async def course_years(*, scope: Scope) -> list[CourseYear]:
    """What the courses of the scope's lycées count together, a school year after the other."""
    return await rows_as(CourseYear, COURSE_YEARS, scope.schools)


async def stay_years(*, scope: Scope) -> list[StayYear]:
    """Who went abroad and who came from there in all these courses, a school year after the other."""
    return await rows_as(StayYear, STAY_YEARS, scope.schools)
