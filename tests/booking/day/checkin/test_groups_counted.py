"""A group is received once, whichever visits received its pupils, and not at all when it did not come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.day.checkin.acts import CompanyCount, GroupHeadcount, ReopenVisit
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.queries import roster
from tests.booking.day.checkin.day import NOON, Day
from tests.booking.day.checkin.test_moves import an_afternoon, scan
from workshops.database import rows
from workshops.results.queries import Count, breakdown

EVENING = NOON + timedelta(hours=7)
YEAR = {"from_on": date(2026, 8, 1), "to_on": date(2027, 7, 31)}


async def close(day: Day, slot: int, **pupils: int) -> None:
    """Close a visit: a head count per group by its name without its blank, nobody for the others."""
    seen = await roster(slot, school=day.school)
    counts = [
        GroupHeadcount(reservation=one.reservation, pupils=count, adults=1, note="Badge oublié", absent=not count)
        for one in seen.received
        for count in (pupils.get(one.label.replace(" ", "_"), 0),)
    ]
    came = [CompanyCount(company=day.company, people=0)] if slot == day.slot else []
    await close_slot(slot, headcounts=counts, companies=came, account=day.host, school=day.school, now=EVENING)


async def reopen(day: Day, slot: int) -> None:
    await reopen_slot(slot, ReopenVisit(reason="Effectif faux"), account=day.host, now=EVENING)


async def told() -> list[tuple[int, int, int]]:
    """Pupils, groups and visits of each lycée."""
    return [figures(one) for one in (await breakdown(**YEAR, now=NOON)).lycees]


def figures(one: Count) -> tuple[int, int, int]:
    return one.pupils, one.groups, one.visits


async def test_a_group_that_did_not_come_is_not_received(day):
    await close(day, day.slot)
    counted = await breakdown(**YEAR, now=NOON)
    assert (counted.colleges, counted.levels) == ([], [])
    assert [figures(one) for one in (*counted.lycees, *counted.years)] == [(0, 0, 0), (0, 0, 0)]


async def test_beside_a_group_that_came_the_other_is_not_received(day):
    await close(day, day.slot, **{"4e_B": 22})
    assert await told() == [(22, 1, 1)]


@pytest.mark.parametrize("afternoon_first", [False, True])
async def test_guests_add_their_pupils_and_no_group(day, afternoon_first: bool):
    afternoon, theirs = await an_afternoon(day)
    await scan(day, theirs[0], "welcome")
    morning = {"4e_B": 22, "3e_C": 1}
    closings = [(day.slot, morning), (afternoon, {"3e_C": 17})]
    for slot, pupils in reversed(closings) if afternoon_first else closings:
        await close(day, slot, **pupils)
    assert await told() == [(40, 2, 2)]
    assert {one.key: figures(one) for one in (await breakdown(**YEAR, now=NOON)).levels} == {"4e": (40, 2, 2)}


@pytest.mark.parametrize("afternoon_first", [False, True])
async def test_a_group_that_other_visits_received_wholly_counts_once(day, afternoon_first: bool):
    afternoon, theirs = await an_afternoon(day)
    await scan(day, theirs[0], "welcome")
    closings = [(day.slot, {"3e_C": 1}), (afternoon, {})]
    for slot, pupils in reversed(closings) if afternoon_first else closings:
        await close(day, slot, **pupils)
    assert await told() == [(1, 1, 1)]


async def test_a_group_that_missed_its_own_visit_counts_where_it_is_a_guest_afterwards(day):
    afternoon, _ = await an_afternoon(day)
    await close(day, day.slot)
    await scan(day, day.tokens[0], "welcome", slot=afternoon, at=NOON + timedelta(hours=2))
    await close(day, afternoon, **{"4e_B": 1})
    assert await told() == [(1, 1, 1)]
    await reopen(day, day.slot)
    await close(day, day.slot, **{"4e_B": 20})
    assert await told() == [(21, 1, 2)]
    for slot, pupils in ((afternoon, {"4e_B": 1}), (day.slot, {"4e_B": 20})):
        await reopen(day, slot)
        await close(day, slot, **pupils)
    assert await told() == [(21, 1, 2)]


@pytest.mark.parametrize(
    ("guests", "afternoon_first", "kept"),
    [
        (4, False, [4, 0]),
        (4, True, [0, 4]),
        (1, False, [1, 3]),
        (1, True, [0, 4]),
    ],
)
async def test_a_group_that_several_visits_received_has_the_pupils_of_ulis_that_it_says(
    day, guests: int, afternoon_first: bool, kept: list[int]
):
    afternoon, theirs = await an_afternoon(day)
    await rows("UPDATE groups SET ulis = 4 WHERE name = '3e C'")
    await scan(day, theirs[0], "welcome")
    closings = [(day.slot, {"4e_B": 22, "3e_C": guests}), (afternoon, {"3e_C": 17})]
    for slot, pupils in reversed(closings) if afternoon_first else closings:
        await close(day, slot, **pupils)
    of_ulis = "SELECT ulis FROM turnouts WHERE group_label = '3e C' ORDER BY slot"
    assert [one["ulis"] for one in await rows(of_ulis)] == kept
    await reopen(day, day.slot)
    await close(day, day.slot, **closings[0][1])
    assert [one["ulis"] for one in await rows(of_ulis)] == kept
