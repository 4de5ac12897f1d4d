from __future__ import annotations

import asyncio

import pytest

from booking.visits.reservations.book import book
from booking.visits.slot_changes.restate import resize
from tests import builders
from tests.booking.visits.reservations.demands import a_demand
from tests.booking.visits.slot_changes.full_slot import a_lycee, told
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from workshops.database import row, rows, value
from workshops.slots.resize import ResizeSlot
from workshops.slots.rules import BelowTaken


async def a_slot_with_a_list(**more: object) -> tuple[int, int, int, list[int]]:
    """A full slot of 24, then groups of 20, 30 and 10 that wait for it."""
    school, host = await a_lycee()
    slot = await builders.slot(host=school, **{"seats": 24, "groups_max": 4, **more})
    await builders.reservation(slot=slot, group=await builders.group(), pupils=24)
    waiting = []
    for pupils in (20, 30, 10):
        teacher = await builders.account(f"prof{pupils}@example.org")
        group = await builders.group(pupils=pupils)
        waiting.append(await builders.reservation(slot=slot, group=group, by=teacher, state="waiting", pupils=pupils))
    return school, host, slot, waiting


async def test_added_seats_are_offered_at_once_to_the_groups_that_fit(db):
    school, host, slot, waiting = await a_slot_with_a_list()
    offered = await resize(slot, ResizeSlot(seats=56), school=school, by=host, now=NOW)
    assert offered == [waiting[0], waiting[2]]
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["confirmed", "offered", "waiting", "offered"]
    assert tuple(await row("SELECT seats, seats_taken, groups_taken FROM slots")) == (56, 54, 3)
    assert await told() == [
        ("place_offered", "prof20@example.org", waiting[0]),
        ("place_offered", "prof10@example.org", waiting[2]),
    ]
    journal = await row("SELECT by, about, detail FROM events WHERE act = 'slot_resized'")
    assert tuple(journal) == (host, slot, "places 24 -> 56")


async def test_room_for_one_more_group_is_offered_too(db):
    school, host, slot, waiting = await a_slot_with_a_list(seats=60, groups_max=1)
    offered = await resize(slot, ResizeSlot(groups_max=2, company_places=6), school=school, by=host, now=NOW)
    assert offered == [waiting[0]]
    detail = await value("SELECT detail FROM events WHERE act = 'slot_resized'")
    assert detail == "groupes 1 -> 2, entreprises 4 -> 6"


async def test_shrinking_tells_nobody(db):
    school, host, slot, _ = await a_slot_with_a_list(seats=60, groups_max=1)
    assert await resize(slot, ResizeSlot(seats=24), school=school, by=host, now=NOW) == []
    assert await told() == []
    with pytest.raises(BelowTaken):
        await resize(slot, ResizeSlot(seats=23), school=school, by=host, now=NOW)


async def test_shrinking_while_groups_book_never_leaves_fewer_seats_than_pupils(db):
    school, host = await a_lycee()
    slot = await builders.slot(host=school, seats=60, groups_max=6)

    async def books() -> object:
        college, teacher = await builders.school(), await builders.account()
        group = await builders.group(school=college, pupils=10)
        return await book(a_demand(slot, group, school=college, by=teacher, pupils=10), now=NOW)

    async def shrinks(seats: int) -> object:
        return await resize(slot, ResizeSlot(seats=seats), school=school, by=host, now=NOW)

    acts = [books(), shrinks(40), books(), books(), shrinks(20), books(), books(), books()]
    await asyncio.gather(*acts, return_exceptions=True)
    held = await value("SELECT coalesce(sum(pupils), 0) FROM reservations")
    seen = await row("SELECT seats, seats_taken FROM slots")
    assert (seen["seats_taken"], seen["seats_taken"] <= seen["seats"]) == (held, True)


async def test_a_resize_that_crosses_a_booking_of_the_group_it_would_offer_a_place_is_done_again(db):
    school, host = await a_lycee()
    slot, elsewhere = await builders.slot(host=school), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    await builders.reservation(slot=slot, group=await builders.group())
    group = await builders.group()
    await builders.reservation(slot=slot, group=group, state="waiting")
    async with another_act(lambda: builders.reservation(slot=elsewhere, group=group), locked(slot)):
        assert await resize(slot, ResizeSlot(seats=48, groups_max=2), school=school, by=host, now=NOW) == []
    assert tuple(await row("SELECT seats, seats_taken FROM slots WHERE id = $1", slot)) == (48, 24)
    assert await value("SELECT count(*) FROM events WHERE act = 'slot_resized'") == 1
