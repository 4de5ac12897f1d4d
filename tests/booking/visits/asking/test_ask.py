from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Self

import pytest

from booking.visits.asking.acts import AskWish
from booking.visits.asking.ask import AlreadyThere, Granted, ask
from booking.visits.reservations.demand import WholeDemand
from booking.visits.reservations.rules import KeyReused, SlotFull
from tests import builders
from tests.booking.visits.reservations.test_wait import College
from tests.builders import NOW, paris
from tests.seen import forget_mails, seats, seen, state
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid


class Wishing:
    """A collège with a group that wishes."""

    college: College
    group: int

    @classmethod
    async def new(cls) -> Self:
        self = cls()
        self.college = await College.new()
        self.group = await self.college.group()
        return self

    async def wish(self, *slots: int, now: datetime = NOW, **more: Any) -> Granted:
        wish: dict[str, Any] = {"group": self.group, "wait": True, "ranked": slots} | more
        lines = [(await self.college.demand(slot, line=rank, **wish),) for rank, slot in enumerate(slots, start=1)]
        return await ask(WholeDemand(tuple(lines), 24), wait=wish["wait"], now=now)


async def three_slots(*, full: int = 0, **more) -> list[int]:
    """Three slots of three days, of which the first ones are full."""
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00"), **more) for day in (18, 19, 25)]
    for slot in slots[:full]:
        await (await College.new()).ask(slot)
    return slots


async def live() -> list[tuple[int, str]]:
    """Ranks and states of the group that wishes."""
    return await seen("SELECT line, state FROM reservations WHERE demand IS NOT NULL ORDER BY line")


async def test_the_first_choice_that_can_be_had_is_taken_and_the_others_are_not_touched(db):
    slots = await three_slots(full=1)
    wishing = await Wishing.new()
    granted = await wishing.wish(*slots)
    assert [(one.rank, one.slot, one.state) for one in granted.choices] == [(2, slots[1], "confirmed")]
    assert [await seats(slot) for slot in slots] == [(24, 1), (24, 1), (0, 0)]
    assert await live() == [(2, "confirmed")]


async def test_when_all_are_full_the_group_waits_for_each_in_one_act(db):
    slots = await three_slots(full=3)
    granted = await (await Wishing.new()).wish(*slots)
    assert [(one.rank, one.state) for one in granted.choices] == [(1, "waiting"), (2, "waiting"), (3, "waiting")]


async def test_without_waiting_the_first_refusal_is_said_and_nothing_is_written(db):
    slots = await three_slots(full=3)
    with pytest.raises(SlotFull):
        await (await Wishing.new()).wish(*slots, wait=False)
    assert await live() == []


async def test_a_list_that_can_no_longer_be_joined_does_not_spoil_the_others(db):
    first, small, last = await three_slots()
    await rows("UPDATE slots SET seats = 20 WHERE id = $1", small)
    await (await College.new()).ask(first)
    await (await College.new()).ask(last)
    granted = await (await Wishing.new()).wish(first, small, last)
    assert [(one.rank, one.state) for one in granted.choices] == [(1, "waiting"), (3, "waiting")]


@pytest.mark.parametrize("slots", [[], [1, 1], [1, 2, 3, 4]])
def test_none_the_same_twice_or_four_are_no_wish(slots):
    with pytest.raises(Invalid) as no:
        AskWish(slots=slots, group=1, pupils=24, adults=2)
    assert no.value.errors == {"slots": "Choisissez de un à 3 créneaux différents."}


async def test_taking_one_choice_releases_the_others_in_the_same_act_and_one_mail_says_both(db):
    slots = await three_slots()
    holder = await College.new()
    held = [await holder.ask(slot) for slot in slots]
    wishing = await Wishing.new()
    first, second, third = (await wishing.wish(*slots)).choices
    after = await (await College.new()).ask(slots[2])
    await holder.cancel(held[2].id)
    await holder.cancel(held[1].id)
    assert [await state(one.id) for one in (first, second, third)] == ["waiting", "offered", "offered"]
    assert await wishing.college.accept(second.id) == "confirmed"
    released = "cancelled_by_teacher"
    assert [await state(one.id) for one in (first, second, third)] == [released, "confirmed", released]
    # The place offered on the third day goes to whoever waited behind.
    assert await state(after.id) == "offered"
    assert [await seats(slot) for slot in slots] == [(24, 1), (24, 1), (24, 1)]
    await tell()
    told = "SELECT kind, about FROM notices WHERE account = $1 AND kind <> 'place_offered' ORDER BY id"
    heard = [("reservation_waiting", first.id), ("reservation_confirmed", second.id)]
    assert await seen(told, wishing.college.teacher) == heard
    noted = await seen("SELECT about FROM events WHERE act = 'reservation_release' ORDER BY about")
    assert noted == [(first.id,), (third.id,)]


async def test_two_choices_accepted_at_once_keep_one(db):
    slots = await three_slots()
    holder = await College.new()
    held = [await holder.ask(slot) for slot in slots]
    wishing = await Wishing.new()
    choices = (await wishing.wish(*slots)).choices
    for one in held[1::-1]:
        await holder.cancel(one.id)
    await asyncio.gather(*(wishing.college.accept(one.id) for one in choices[:2]), return_exceptions=True)
    released = "cancelled_by_teacher"
    assert sorted(kept for _, kept in await live()) == [released, released, "confirmed"]
    assert await value("SELECT sum(seats_taken) FROM slots") == 48


async def test_the_same_wish_twice_gives_the_first_answer_even_when_a_better_place_came_free(db):
    slots = await three_slots()
    holder = await College.new()
    held = await holder.ask(slots[0])
    wishing = await Wishing.new()
    first = await wishing.wish(*slots, key="page-1")
    await holder.cancel(held.id)
    again = await wishing.wish(*slots, key="page-1")
    assert (again.choices, again.repeated) == (first.choices, True)
    assert await live() == [(2, "confirmed")]


async def test_a_double_click_makes_one_wish(db):
    slots = await three_slots(full=1)
    wishing = await Wishing.new()
    one, other = await asyncio.gather(*(wishing.wish(*slots, key="page-1") for _ in range(2)))
    assert one.choices == other.choices
    assert {one.repeated, other.repeated} == {False, True}
    assert await live() == [(2, "confirmed")]


async def test_a_second_page_with_the_same_wish_makes_no_second_visit(db):
    slots = await three_slots(full=1)
    wishing = await Wishing.new()
    await wishing.wish(*slots, key="page-1")
    with pytest.raises(AlreadyThere):
        await wishing.wish(*slots, key="page-2")
    assert await live() == [(2, "confirmed")]


async def test_going_back_to_add_choices_to_a_granted_demand_makes_no_second_visit(db):
    slots = await three_slots()
    wishing = await Wishing.new()
    await wishing.college.ask(slots[0], group=wishing.group, key="page-1")
    with pytest.raises(KeyReused):
        await wishing.wish(*slots, key="page-1")
    assert await value("SELECT count(*) FROM reservations") == 1


async def test_who_waits_for_three_choices_hears_of_it_once(db):
    wishing = await Wishing.new()
    slots = await three_slots(full=3)
    await forget_mails()
    granted = await wishing.wish(*slots)
    await tell()
    assert await seen("SELECT kind, about FROM notices") == [("reservation_waiting", granted.choices[0].id)]
