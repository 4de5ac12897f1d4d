"""What somebody may see: of some schools, some companies, some départements, or all."""

from __future__ import annotations

import pytest

from workshops.database import value
from workshops.scope import (
    EVERYTHING,
    NOTHING,
    among,
    of_company,
    of_departments,
    of_school,
    within,
    within_author,
    within_one,
)

HAAG, PERGAUD, FIRM, OTHER = 7, 8, 3, 4
DOUBS = of_departments(("25",), (HAAG, PERGAUD))


@pytest.mark.parametrize(
    ("scope", "school", "other", "firm"),
    [
        (EVERYTHING, True, True, True),
        (NOTHING, False, False, False),
        (of_school(HAAG), True, False, False),
        (of_company(FIRM), False, False, True),
        (DOUBS, True, True, False),
    ],
)
async def test_sql_and_python_say_alike_what_a_scope_reaches(db, scope, school, other, firm):
    assert (scope.reaches(HAAG), scope.reaches(PERGAUD), scope.reaches_one({FIRM, OTHER})) == (school, other, firm)
    reads = f"SELECT {within('$2::int', 1)}"
    assert (await value(reads, scope.schools, HAAG), await value(reads, scope.schools, PERGAUD)) == (school, other)
    assert await value(f"SELECT {within_one('$2::int[]', 1)}", scope.companies, [FIRM, OTHER]) is firm


async def test_a_list_that_is_read_by_an_index_gives_nothing_to_who_is_of_no_school(db):
    reads = f"SELECT coalesce({among('$2::int', 1)}, false)"
    assert [await value(reads, one.schools, HAAG) for one in (of_school(HAAG), DOUBS, NOTHING, EVERYTHING)] == [
        *(True, True, False, False)
    ]


async def test_of_one_author_only_what_she_made_is_told(db):
    reads = f"SELECT {within_author('$2::int', 1)}"
    own = of_school(HAAG, author=5)
    assert [await value(reads, one.author, 5) for one in (own, of_school(HAAG))] == [True, True]
    assert await value(reads, own.author, 6) is False


def test_one_school_or_company_is_whom_she_acts_for():
    assert (of_school(HAAG).school, DOUBS.school, EVERYTHING.school) == (HAAG, None, None)
    assert (of_company(FIRM).company, of_school(HAAG).company, EVERYTHING.company) == (FIRM, None, None)
