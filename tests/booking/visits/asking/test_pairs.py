"""The pairs of slots that take a class which no slot takes alone."""

from __future__ import annotations

from booking.visits.asking.pairs import pairs_for
from tests import builders
from tests.builders import NOW, paris
from workshops.offer.rules import Search


async def found(pupils: int = 27, *, slot: int | None = None, **asked) -> list[tuple[int, int, tuple[int, int], str]]:
    pairs = await pairs_for(Search(**asked), pupils=pupils, slot=slot, limit=10, now=NOW)
    return [(one.first.id, one.second.id, one.halves, one.words) for one in pairs]


async def at(lycee: int, *hours: str, **more) -> list[int]:
    return [await builders.slot(host=lycee, starts_at=paris(f"2027-{hour}"), **more) for hour in hours]


HALF_DAY, ONE_DAY = "Deux créneaux de la même demi-journée", "Deux créneaux du même jour"
TWO_DATES = "Deux dates, dans le même lycée"


async def test_the_same_half_day_comes_before_the_same_day_and_that_before_two_dates(db):
    lycee = await builders.school(kind="lycee")
    slot, same_hour, afternoon, week_later = await at(lycee, "03-25 09:00", "03-25 09:00", "03-25 13:30", "04-01 09:00")
    assert await found(slot=slot) == [
        (slot, same_hour, (14, 13), HALF_DAY),
        (slot, afternoon, (14, 13), ONE_DAY),
        (slot, week_later, (14, 13), TWO_DATES),
    ]


async def test_each_slot_of_a_list_is_proposed_with_the_one_that_suits_it_best(db):
    lycee = await builders.school(kind="lycee")
    first, second, third = await at(lycee, "03-25 09:00", "03-25 13:30", "04-01 09:00")
    assert await found() == [
        (first, second, (14, 13), ONE_DAY),
        (second, third, (14, 13), TWO_DATES),
    ]


async def test_the_nearest_pair_comes_first_where_the_college_is_known(db):
    far = await builders.school(kind="lycee", lat=47.6, lon=6.9)
    near = await builders.school(kind="lycee")
    soon = await at(far, "03-18 09:00", "03-18 13:30")
    late = await at(near, "03-25 09:00", "03-25 13:30")
    asked = {"near": (47.24, 6.02), "by_distance": True}
    assert [one[:2] for one in await found(**asked)] == [tuple(late), tuple(soon)]
    assert [one[:2] for one in await found(near=(47.24, 6.02))] == [tuple(soon), tuple(late)]
    assert [one[:2] for one in await found(**asked, km=20)] == [tuple(late)]


async def test_no_pair_of_two_lycees_none_that_lacks_a_place_none_that_one_slot_makes_needless(db):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    await at(lycee, "03-25 09:00")
    await at(other, "03-25 13:30")
    assert await found() == []
    small = await builders.school(kind="lycee")
    await at(small, "03-25 09:00", "03-25 13:30", seats=13)
    assert await found() == []
    large = await builders.school(kind="lycee")
    await at(large, "03-25 09:00", "03-25 13:30", seats=30)
    assert await found() == []


async def test_the_free_seats_decide_how_the_class_is_split(db):
    lycee = await builders.school(kind="lycee")
    first = await builders.slot(
        host=lycee, starts_at=paris("2027-03-25 09:00"), groups_max=2, groups_taken=1, seats_taken=14
    )
    [second] = await at(lycee, "03-25 13:30")
    assert await found() == [(first, second, (10, 17), ONE_DAY)]
    # Less than a third of the class is no half.
    assert await found(slot=first, pupils=33) == []


async def test_levels_and_days_of_the_search_count_for_both(db):
    lycee = await builders.school(kind="lycee")
    await at(lycee, "03-25 09:00")
    await at(lycee, "03-25 13:30", levels=["6e"])
    assert await found(level="4e") == []
    await at(lycee, "04-01 09:00")
    assert len(await found(level="4e")) == 1
    assert await found(level="4e", to_on=paris("2027-03-30 09:00").date()) == []
