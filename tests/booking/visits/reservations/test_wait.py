from __future__ import annotations

import asyncio
import contextvars
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from booking.day.badges.issue_due import issue_of
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.queries import visit
from booking.visits.reservations.rules import GroupTooBig, SlotFull, TooLate
from booking.visits.reservations.states import NotNow
from booking.visits.slot_changes.call_off import call_off
from tests import builders
from tests.booking.visits.reservations.demands import SECRET
from tests.booking.visits.reservations.demands import College as AnyCollege
from tests.builders import NOW
from tests.crossing import another_act, locked
from tests.seen import lycee_of, seats, state
from tests.telling import tell
from workshops.database import rows, transaction, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING
from workshops.slots.call_off import CallOffSlot


class College(AnyCollege):
    """A collège with one teacher, who waits where there is no place."""

    async def ask(self, slot: int, *, wait: bool = True, **more: Any) -> Booked:
        return await super().ask(slot, wait=wait, **more)


async def test_cancelling_gives_the_places_to_the_first_group_that_fits(db):
    slot = await builders.slot(seats=30, groups_max=3)
    first, big, small, late = [await College.new() for _ in range(4)]
    held = await first.ask(slot, pupils=24)
    too_big = await big.ask(slot, pupils=30)
    fits = await small.ask(slot, pupils=20)
    after = await late.ask(slot, pupils=20)
    assert [one.state for one in (too_big, fits, after)] == ["waiting"] * 3

    small_one = await first.ask(slot, pupils=4)
    await first.cancel(held.id)

    assert [await state(one.id) for one in (too_big, fits, after)] == ["waiting", "offered", "waiting"]
    assert await seats(slot) == (24, 2)
    assert (await visit(too_big.id, scope=EVERYTHING)).rank == 1
    assert small_one.state == "confirmed"
    await tell()
    told = await rows("SELECT kind FROM notices WHERE about = $1 ORDER BY id", fits.id)
    assert [one["kind"] for one in told] == ["reservation_waiting", "place_offered"]


async def test_groups_that_joined_the_same_day_are_tied_and_fewer_visits_come_first(db):
    slot = await builders.slot(seats=24)
    regular, newcomer, holder = [await College.new() for _ in range(3)]
    held = await holder.ask(slot)
    past = await builders.slot(starts_at=builders.paris("2026-11-12 09:00"))
    await builders.reservation(slot=past, group=await builders.group(school=regular.school), state="attended")
    one = await regular.ask(slot)
    other = await newcomer.ask(slot, now=NOW + timedelta(hours=2))
    await holder.cancel(held.id, now=NOW + timedelta(hours=3))
    assert [await state(one.id), await state(other.id)] == ["waiting", "offered"]


async def test_an_offered_place_is_taken_with_fewer_pupils_and_the_rest_goes_on(db):
    slot = await builders.slot(seats=24, groups_max=2)
    holder, second, third = [await College.new() for _ in range(3)]
    held = await holder.ask(slot)
    offered, small = await second.ask(slot), await third.ask(slot, pupils=4)
    await holder.cancel(held.id)
    assert [await state(offered.id), await state(small.id)] == ["offered", "waiting"]
    assert await second.accept(offered.id, pupils=20) == "confirmed"
    assert [await state(offered.id), await state(small.id)] == ["confirmed", "offered"]
    assert await seats(slot) == (24, 2)
    assert await value("SELECT count(*) FROM badges") == 0
    await issue_of([offered.id], secret_key=SECRET)
    assert await value("SELECT count(*) FROM badges WHERE reservation = $1", offered.id) == 24


async def test_more_pupils_than_offered_are_refused(db):
    slot = await builders.slot(seats=24)
    holder, second = [await College.new() for _ in range(2)]
    held = await holder.ask(slot)
    offered = await second.ask(slot, pupils=20)
    await holder.cancel(held.id)
    with pytest.raises(Invalid):
        await second.accept(offered.id, pupils=24)


async def test_an_unanswered_offer_lapses_and_the_next_group_is_offered(db):
    slot = await builders.slot(seats=24)
    holder, second, third = [await College.new() for _ in range(3)]
    held = await holder.ask(slot)
    one, other = await second.ask(slot), await third.ask(slot)
    await holder.cancel(held.id)
    later = NOW + timedelta(hours=48)
    with pytest.raises(NotNow):
        await second.accept(one.id, now=later)
    assert await lapse(secret_key=SECRET, now=later) == 1
    assert [await state(one.id), await state(other.id)] == ["lapsed", "offered"]
    assert await lapse(secret_key=SECRET, now=later) == 0
    assert await seats(slot) == (24, 1)


async def test_leaving_the_list_frees_nothing_and_refusing_an_offer_passes_it_on(db):
    slot = await builders.slot(seats=24)
    holder, second, third, fourth = [await College.new() for _ in range(4)]
    held = await holder.ask(slot)
    one, two, three = [await college.ask(slot) for college in (second, third, fourth)]
    assert await second.cancel(one.id) == "cancelled_by_teacher"
    await holder.cancel(held.id)
    assert await third.cancel(two.id) == "lapsed"
    assert await state(three.id) == "offered"
    assert await seats(slot) == (24, 1)


async def test_who_asks_not_to_wait_is_told_that_the_slot_is_full(db):
    slot = await builders.slot(seats=24)
    holder, second = [await College.new() for _ in range(2)]
    await holder.ask(slot)
    with pytest.raises(SlotFull):
        await second.ask(slot, wait=False)


async def test_a_group_larger_than_the_slot_never_waits(db):
    slot = await builders.slot(seats=20)
    with pytest.raises(GroupTooBig):
        await (await College.new()).ask(slot, pupils=24)


async def test_a_group_that_got_another_visit_is_passed_over(db):
    slot, elsewhere = await builders.slot(seats=24), await builders.slot(seats=24)
    holder, second, third = [await College.new() for _ in range(3)]
    held = await holder.ask(slot)
    group = await builders.group(school=second.school)
    waiting, next_one = await second.ask(slot, group=group), await third.ask(slot)
    await second.ask(elsewhere, group=group)
    await holder.cancel(held.id)
    assert [await state(waiting.id), await state(next_one.id)] == ["waiting", "offered"]


async def test_a_group_that_gets_another_visit_at_this_moment_is_passed_over(db):
    slot, elsewhere = await builders.slot(seats=24), await builders.slot(seats=24)
    holder, second, third = [await College.new() for _ in range(3)]
    held = await holder.ask(slot)
    group = await builders.group(school=second.school)
    waiting, next_one = await second.ask(slot, group=group), await third.ask(slot)
    async with another_act(lambda: builders.reservation(slot=elsewhere, group=group)):
        await holder.cancel(held.id)
    assert [await state(one.id) for one in (held, waiting, next_one)] == ["cancelled_by_teacher", "waiting", "offered"]


async def test_waits_without_hope_end_two_days_before(db):
    slot = await builders.slot(seats=24)
    holder, second = [await College.new() for _ in range(2)]
    await holder.ask(slot)
    waiting = await second.ask(slot)
    starts_at = await value("SELECT starts_at FROM slots WHERE id = $1", slot)
    await lapse(secret_key=SECRET, now=starts_at - timedelta(days=2))
    assert await state(waiting.id) == "lapsed"
    assert await value("SELECT state FROM reservations WHERE state = 'locked'") == "locked"


async def test_a_full_slot_refuses_and_lets_wait_while_another_act_holds_its_seats(db):
    slot, colleges = await builders.slot(), [await College.new() for _ in range(5)]
    await colleges[0].ask(slot)
    holds, ends = asyncio.Event(), asyncio.Event()

    async def holding() -> None:
        async with transaction():
            await locked(slot)()
            holds.set()
            await ends.wait()

    other = asyncio.create_task(holding())
    await holds.wait()
    try:
        async with asyncio.timeout(30):
            with pytest.raises(SlotFull):
                await colleges[1].ask(slot, wait=False)
            waits = [await one.ask(slot) for one in colleges[1:]]
    finally:
        ends.set()
        await other
    assert [one.state for one in waits] == ["waiting"] * 4
    assert [(await visit(one.id, scope=EVERYTHING)).rank for one in waits] == [1, 2, 3, 4]


async def test_places_that_come_free_at_the_moment_of_a_wait_are_offered_by_the_next_minute(db):
    slot, holder, second = await builders.slot(), await College.new(), await College.new()
    held = await holder.ask(slot)
    async with transaction():
        await holder.cancel(held.id)
        waiting = await asyncio.create_task(second.ask(slot), context=contextvars.Context())
        assert waiting.state == "waiting"
    await lapse(secret_key=SECRET, now=NOW)
    assert await state(waiting.id) == "offered"


async def test_a_slot_that_its_lycee_calls_off_at_that_moment_is_not_waited_for(db):
    slot, host = await builders.slot(), await builders.account()
    await (await College.new()).ask(slot)
    lycee = await lycee_of(slot)
    called_off = partial(call_off, slot, CallOffSlot(reason="Machine en panne"), school=lycee, by=host, now=NOW)
    late = await College.new()
    async with another_act(called_off):
        with pytest.raises(TooLate):
            await late.ask(slot)
    assert await value("SELECT count(*) FROM reservations WHERE state = 'waiting'") == 0
