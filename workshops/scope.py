"""What of the programme's facts somebody may see and change: the one place where a read or an act is limited to it.

Made at the door, from what a person is given; every list, figure and act on what is a school's or a company's takes it
whole. A read in SQL says `within(…)`, an act that holds its row in its hand asks `scope.reaches(…)`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from msgspec import Struct


class Scope(Struct, frozen=True, kw_only=True):
    """Some schools, some companies, some départements, or all of them.

    None is all, an empty tuple none. What is of a school and of a company is hers where either is. `departments`: those
    whose figures she reads, by their codes. `author`: of what is her school's, only what this account made.
    """

    schools: tuple[int, ...] | None
    companies: tuple[int, ...] | None
    departments: tuple[str, ...] | None
    author: int | None = None

    @property
    def school(self) -> int | None:
        """The one school that she acts for; None for whoever acts for none, or for many."""
        return self.schools[0] if self.schools is not None and len(self.schools) == 1 else None

    @property
    def company(self) -> int | None:
        """The one company that she acts for; None for whoever acts for none, or for all."""
        return self.companies[0] if self.companies is not None and len(self.companies) == 1 else None

    def reaches(self, school: int) -> bool:
        """Whether what is this school's is hers to see."""
        return self.schools is None or school in self.schools

    def reaches_one(self, companies: Collection[int | None]) -> bool:
        """Whether what is of one of these companies is hers to see."""
        return self.companies is None or not {*self.companies}.isdisjoint(companies)


EVERYTHING: Final = Scope(schools=None, companies=None, departments=None)
NOTHING: Final = Scope(schools=(), companies=(), departments=())


def of_school(school: int, *, author: int | None = None) -> Scope:
    """What is of one school; of this, with `author`, what that account made."""
    return Scope(schools=(school,), companies=(), departments=(), author=author)


def of_company(company: int) -> Scope:
    """What is of one company, in whatever school."""
    return Scope(schools=(), companies=(company,), departments=())


def of_departments(codes: Collection[str], schools: Collection[int]) -> Scope:
    """What is of some départements, by their codes, and of the `schools` that are there."""
    return Scope(schools=tuple(schools), companies=(), departments=tuple(codes))


def within(owner: str, at: int) -> str:
    """SQL: the line is of one of the schools, or companies, that the parameter at this place names; any with null."""
    return f"(${at}::int[] IS NULL OR {owner} = ANY (${at}))"


def among(owner: str, at: int) -> str:
    """SQL: the same for a list that is read by an index: whoever sees all of them, null, is given none of it."""
    return f"{owner} = ANY (${at}::int[])"


def within_codes(code: str, at: int) -> str:
    """SQL: the line is of one of the départements whose codes the parameter at this place names; any with null."""
    return f"(${at}::varchar[] IS NULL OR {code} = ANY (${at}))"


def within_one(owners: str, at: int) -> str:
    """SQL: the same for a line that is of several, told as an array."""
    return f"(${at}::int[] IS NULL OR {owners} && ${at})"


def within_author(author: str, at: int) -> str:
    """SQL: the line was made by the account that the parameter at this place names; by anybody with null."""
    return f"(${at}::int IS NULL OR {author} = ${at})"
