"""Before its period opens, a slot is seen and not reserved, by whatever way one comes to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from booking.visits.draws.rules import PeriodNotOpen
from booking.visits.reservations.acts import MoveVisit
from booking.visits.reservations.move import move
from booking.visits.reservations.rules import SlotFull
from tests import builders
from tests.booking.visits.asking.test_ask import Wishing
from tests.booking.visits.asking.test_book_both import AFTERNOON, a_class
from tests.booking.visits.reservations.demands import fresh
from tests.booking.visits.reservations.test_wait import College
from tests.builders import NOW, paris
from tests.seen import lycee_of, seats
from workshops.database import value

# A Monday, a minute after the tests' now.
OPENS = NOW + timedelta(minutes=1)
TOLD = "Ce créneau se réserve à partir du lundi 11 janvier à 9 h 01. Revenez à cette heure-là."
Way = Callable[[int], Awaitable[object]]


async def reserving(slot: int) -> object:
    return await (await College.new()).ask(slot, wait=False)


async def waiting(slot: int) -> object:
    return await (await College.new()).ask(slot)


async def moving(slot: int) -> object:
    college = await College.new()
    booked = await college.ask(await builders.slot(starts_at=paris("2027-04-01 09:00")))
    own = {"school": college.school, "by": college.teacher, "fresh": fresh(), "now": NOW}
    return await move(booked.id, MoveVisit(to_slot=slot), **own)


async def wishing(slot: int) -> object:
    return await (await Wishing.new()).wish(slot, await builders.slot(starts_at=paris("2027-03-18 09:00")))


async def halves(slot: int) -> object:
    lycee = await lycee_of(slot)
    return await (await a_class(lycee)).take(slot, await builders.slot(host=lycee, starts_at=AFTERNOON))


@pytest.mark.parametrize("way", [reserving, waiting, moving, wishing])
async def test_a_slot_whose_period_is_not_open_is_refused_with_its_hour(db, way: Way):
    slot = await builders.slot()
    await builders.opening(opens_at=OPENS)
    with pytest.raises(PeriodNotOpen) as no:
        await way(slot)
    assert (no.value.sentence, await seats(slot)) == (TOLD, (0, 0))


async def test_a_full_one_is_not_waited_for_either(db):
    slot = await builders.slot()
    await (await College.new()).ask(slot)
    await builders.opening(opens_at=OPENS)
    with pytest.raises(PeriodNotOpen):
        await waiting(slot)


async def test_neither_half_of_a_class_comes_before(db):
    slot = await builders.slot()
    await builders.opening(opens_at=OPENS)
    with pytest.raises(PeriodNotOpen) as no:
        await halves(slot)
    assert no.value.sentence == f"Première moitié : c{TOLD[1:]}"
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_a_wish_takes_its_next_choice_that_is_open(db):
    slot, other = await builders.slot(), await builders.slot(starts_at=paris("2027-04-01 09:00"))
    await builders.opening(opens_at=OPENS)
    granted = await (await Wishing.new()).wish(slot, other)
    assert [(one.slot, one.state) for one in granted.choices] == [(other, "confirmed")]


async def test_it_opens_at_the_hour_itself_with_no_job(db):
    slot = await builders.slot()
    await builders.opening(opens_at=OPENS)
    college = await College.new()
    with pytest.raises(PeriodNotOpen):
        await college.ask(slot, now=OPENS - timedelta(microseconds=1))
    assert (await college.ask(slot, now=OPENS)).state == "confirmed"
    with pytest.raises(SlotFull):
        await college.ask(slot, wait=False, now=OPENS)


async def test_the_days_beside_the_period_are_open(db):
    before, after = [await builders.slot(starts_at=paris(f"2027-{day} 09:00")) for day in ("02-27", "04-01")]
    first, last = [await builders.slot(starts_at=paris(f"2027-{day} 21:00"), hours=2) for day in ("03-01", "03-31")]
    await builders.opening(opens_at=OPENS)
    for slot in (before, after):
        assert (await (await College.new()).ask(slot)).state == "confirmed"
    for slot in (first, last):
        with pytest.raises(PeriodNotOpen):
            await reserving(slot)
