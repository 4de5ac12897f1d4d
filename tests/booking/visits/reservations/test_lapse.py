"""What the clock brings about by itself, beyond what each act does at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.browsing import SECRET
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from tests.seen import first, state
from tests.telling import tell
from workshops.database import rows, value


async def test_a_group_that_is_free_again_is_offered_the_places_that_were_left(db):
    college, teacher = await builders.school(), await builders.account()
    group = await builders.group(school=college)
    wanted, taken = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    waiting = await builders.reservation(slot=wanted, group=group, by=teacher, state="waiting")
    elsewhere = await builders.reservation(slot=taken, group=group, by=teacher)
    assert await lapse(secret_key=SECRET, now=NOW) == 0
    await cancel(elsewhere, CancelVisit(), role="teacher", school=college, by=teacher, now=NOW)

    counts = await asyncio.gather(*(lapse(secret_key=SECRET, now=NOW + timedelta(minutes=1)) for _ in range(4)))

    assert sum(counts) == 1
    assert await state(waiting) == "offered"
    assert await first("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", wanted) == (24, 1)
    await tell()
    told = await rows("SELECT kind FROM notices WHERE about = $1", waiting)
    assert [one["kind"] for one in told] == ["place_offered"]


async def test_a_wait_too_near_its_slot_for_an_answer_is_offered_nothing(db):
    slot = await builders.slot(starts_at=NOW + timedelta(days=2, hours=1))
    waiting = await builders.reservation(slot=slot, group=await builders.group(), state="waiting")
    assert await lapse(secret_key=SECRET, now=NOW) == 0
    assert await state(waiting) == "waiting"


async def test_a_lapse_that_crosses_a_booking_of_the_group_it_would_offer_a_place_is_done_again(db):
    slot, elsewhere = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    late = await builders.reservation(slot=slot, group=await builders.group(), state="requested", hold_until=NOW)
    group = await builders.group()
    waiting = await builders.reservation(slot=slot, group=group, state="waiting")
    async with another_act(lambda: builders.reservation(slot=elsewhere, group=group), locked(slot)):
        assert await lapse(secret_key=SECRET, now=NOW) == 1
    states = await rows("SELECT state FROM reservations WHERE id = ANY ($1::int[]) ORDER BY id", [late, waiting])
    assert [one["state"] for one in states] == ["lapsed", "waiting"]
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 0


async def test_a_list_does_not_close_when_its_slot_moves_away_at_that_moment(db):
    slot = await builders.slot(starts_at=NOW + timedelta(days=2))
    coming = await builders.reservation(slot=slot, group=await builders.group())

    async def move_away() -> None:
        later = paris("2027-03-25 09:00"), paris("2027-03-25 12:00")
        for table, key in (("slots", "id"), ("reservations", "slot")):
            await rows(f"UPDATE {table} SET starts_at = $2, ends_at = $3 WHERE {key} = $1", slot, *later)
        await rows("UPDATE slots SET list_locks_at = starts_at - interval '2 days'")

    async with another_act(locked(slot), move_away):
        assert await lapse(secret_key=SECRET, now=NOW) == 0
    assert await state(coming) == "confirmed"
