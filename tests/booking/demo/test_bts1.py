"""The examples of BTS+1 and of the consortium, on any day of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from booking.demo.bts1 import months_from_rentree
from booking.demo.fill import fill
from booking.programme.consortium.queries import consortium
from workshops.bts1.queries import courses
from workshops.database import value

AUTUMN = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
SUMMER = datetime(2027, 8, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize("now", [AUTUMN, SUMMER])
async def test_a_course_of_each_sort_can_be_seen(db, now):
    await fill(now)
    board = await courses(school=None, now=now)
    assert sorted(one.stands.status or "" for one in board) == [
        "idee",
        "montage",
        "ouverte",
        "ouverte",
        "premiere_promotion",
        "suspendue",
    ]
    assert sum(one.stands.late for one in board) == 1
    assert [one.title for one in board if not one.example] == []


async def test_the_consortium_has_its_bodies_its_lycees_and_its_companies(db):
    await fill(AUTUMN)
    members = await consortium(now=AUTUMN)
    kinds = [one.card.kind for one in members]
    assert (kinds.count("lycee"), kinds.count("entreprise"), len(kinds)) == (15, 10, 31)
    assert await value("SELECT count(*) FROM partners WHERE NOT example") == 0
    assert [
        one.card.name for one in members if one.card.kind == "entreprise" and "(exemple)" not in one.card.name
    ] == []
    assert sum(one.courses for one in members if one.card.kind == "lycee") == 5


@pytest.mark.parametrize(
    ("now", "months", "on"),
    [
        (AUTUMN, 0, date(2026, 9, 1)),
        (AUTUMN, -9, date(2025, 12, 1)),
        (AUTUMN, 4, date(2027, 1, 1)),
        (SUMMER, 12, date(2027, 9, 1)),
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 0, date(2025, 9, 1)),
    ],
)
def test_months_are_counted_from_the_rentree_under_way(now, months, on):
    assert months_from_rentree(months, now=now) == on
