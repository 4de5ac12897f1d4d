"""What teachers said of their visits: sums of a workshop, and of all of them."""

from __future__ import annotations

from msgspec import Struct

from workshops.database.row_types import rows_as
from workshops.opinions.rules import FEWEST

_SUMS = """SELECT o.school_year, o.question,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'yes'), 0)::int AS yes,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'partly'), 0)::int AS partly,
  coalesce(sum(o.visits) FILTER (WHERE o.answer = 'no'), 0)::int AS no
FROM opinions o"""
# Fewer answers than these say who gave them to whoever knows who came.
_BY_YEAR = f"""GROUP BY o.school_year, o.question HAVING sum(o.visits) >= {FEWEST}
ORDER BY o.school_year DESC, o.question"""
OF_WORKSHOP = f"{_SUMS} WHERE o.workshop = $1 {_BY_YEAR}"
IN_ALL = f"{_SUMS} WHERE $1::int IS NULL OR o.school_year = $1 {_BY_YEAR}"


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
    return await rows_as(OpinionCount, OF_WORKSHOP, workshop)


async def said_in_all(school_year: int | None = None) -> list[OpinionCount]:
    """What was said of all workshops together, in one year or in each."""
    return await rows_as(OpinionCount, IN_ALL, school_year)
