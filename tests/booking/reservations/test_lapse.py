"""What the clock brings about by itself, beyond what each act does at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from booking.reservations.cancel import cancel
from booking.reservations.lapse import lapse
from tests import builders
from tests.builders import NOW, paris
from workshops.database import row, rows, value


async def test_a_group_that_is_free_again_is_offered_the_places_that_were_left(db):
    college, teacher = await builders.school(), await builders.account()
    group = await builders.group(school=college)
    wanted, taken = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    waiting = await builders.reservation(slot=wanted, group=group, by=teacher, state="waiting")
    elsewhere = await builders.reservation(slot=taken, group=group, by=teacher)
    assert await lapse(now=NOW) == 0
    await cancel(elsewhere, reason="", role="teacher", school=college, by=teacher, now=NOW)

    counts = await asyncio.gather(*(lapse(now=NOW + timedelta(minutes=1)) for _ in range(4)))

    assert sum(counts) == 1
    assert await value("SELECT state FROM reservations WHERE id = $1", waiting) == "offered"
    assert tuple(await row("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", wanted)) == (24, 1)
    told = await rows("SELECT kind FROM notices WHERE about = $1", waiting)
    assert [one["kind"] for one in told] == ["place_offered"]


async def test_a_wait_too_near_its_slot_for_an_answer_is_offered_nothing(db):
    slot = await builders.slot(starts_at=NOW + timedelta(days=2, hours=1))
    waiting = await builders.reservation(slot=slot, group=await builders.group(), state="waiting")
    assert await lapse(now=NOW) == 0
    assert await value("SELECT state FROM reservations WHERE id = $1", waiting) == "waiting"
