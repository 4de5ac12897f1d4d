"""A place that is given back late goes, on a short clock, to the nearest who ticked « aussi à la dernière minute »."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from booking.visits.demands.rules import LATE_LINE
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.rules import GroupBusy
from booking.visits.reservations.states import NotNow
from booking.visits.slot_changes.restate import resize
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.crossing import elsewhere
from tests.seen import lycee_of, seats, seen, state
from tests.telling import tell
from workshops.database import rows, transaction, value
from workshops.slots.restate import ResizeSlot

# The visit is on Thursday 25 March at 9 h 00: reservations closed a week before, its list locks on Tuesday at 9 h 00.
CLOSED, LOCKED = paris("2027-03-22 13:40"), paris("2027-03-24 13:40")
HELD_UNTIL, IN_TIME = paris("2027-03-24 15:40"), paris("2027-03-24 15:39")
# North of the lycée, which is in Besançon: 5, 12, 30 and 60 km away.
NEAR, FARTHER, FAR, TOO_FAR = [{"lat": 47.24 + km / 111, "lon": 6.02} for km in (5, 12, 30, 60)]
LATER = paris("2027-04-22 09:00")


class Waiting(College):
    """A collège whose class waits for another slot, which is full, or for the one that it is told."""

    waits: Booked
    group_waiting: int

    @classmethod
    async def at(cls, slot: int | None = None, *, last_minute: bool = True, pupils: int = 24, **school: Any) -> Waiting:
        self = await cls.new(**school)
        self.group_waiting = await self.group(pupils=pupils)
        self.waits = await self.ask(
            slot or await full(),
            group=self.group_waiting,
            pupils=pupils,
            wait=True,
            last_minute=last_minute,
        )
        return self

    async def offers(self) -> list[tuple[Any, ...]]:
        """What it was offered: where, in which state, until when."""
        asked = """SELECT slot, state, hold_until FROM reservations
          WHERE school = $1 AND offered_as IS NOT NULL ORDER BY id"""
        return await seen(asked, self.school)

    async def offer(self) -> int:
        return int(await value("SELECT id FROM reservations WHERE school = $1 AND state = 'offered'", self.school))

    async def heard(self) -> list[str]:
        """The mails that tell it of an offer."""
        await tell()
        asked = """SELECT n.kind FROM notices n JOIN reservations r ON r.id = n.about
          WHERE r.school = $1 AND n.kind NOT IN ('reservation_waiting', 'reservation_confirmed') ORDER BY n.id"""
        return [kind for (kind,) in await seen(asked, self.school)]


async def full(starts_at: datetime = LATER, **more: Any) -> int:
    """A slot that nobody leaves."""
    slot = await builders.slot(starts_at=starts_at, **more)
    await builders.reservation(slot=slot, group=await builders.group())
    return slot


class Ghost(College):
    """A collège that has a place, and gives it back."""

    slot: int
    has: Booked

    @classmethod
    async def expected(cls, starts_at: datetime | None = None, *, pupils: int = 24, **slot: Any) -> Ghost:
        self = await cls.new()
        self.slot = await builders.slot(starts_at=starts_at, **{"seats": 24} | slot)
        self.has = await self.ask(self.slot, pupils=pupils)
        return self

    async def gives_back(self, *, now: datetime = LOCKED) -> None:
        await lapse(secret_key=SECRET, now=now)
        await self.cancel(self.has.id, "Trop d'absents", now=now)


async def test_the_nearest_who_ticked_it_is_offered_the_place_and_the_others_hear_nothing(db):
    ghost = await Ghost.expected()
    farther, nearest = await Waiting.at(**FARTHER), await Waiting.at(**NEAR)
    not_ticked, too_far = await Waiting.at(last_minute=False), await Waiting.at(**TOO_FAR)

    await ghost.gives_back()

    assert await nearest.offers() == [(ghost.slot, "offered", HELD_UNTIL)]
    assert await nearest.heard() == ["place_offered"]
    for other in (farther, not_ticked, too_far):
        assert (await other.offers(), await other.heard()) == ([], [])
    assert await seats(ghost.slot) == (24, 1)


async def test_a_place_taken_once_the_list_is_locked_is_locked_at_once_with_its_badges(db):
    ghost, nearest, farther = await Ghost.expected(), await Waiting.at(**NEAR), await Waiting.at(**FARTHER)
    await ghost.gives_back()
    offer = await nearest.offer()
    sequence = await value("SELECT sequence FROM reservations WHERE id = $1", offer)

    assert await nearest.accept(offer, now=IN_TIME) == "locked"

    assert await value("SELECT count(*) FROM badges WHERE reservation = $1", offer) == 29
    assert await value("SELECT sequence FROM reservations WHERE id = $1", offer) == sequence + 1
    assert await value("SELECT confirmed_at FROM reservations WHERE id = $1", offer) == HELD_UNTIL - timedelta(
        minutes=1
    )
    assert await state(nearest.waits.id) == "cancelled_by_teacher"
    assert await state(farther.waits.id) == "waiting"
    await tell()
    kinds = await seen("SELECT kind, count(*)::int FROM notices WHERE about = $1 GROUP BY kind ORDER BY kind", offer)
    assert kinds == [("place_offered", 1), ("reservation_confirmed", 1)]


async def test_before_the_list_locks_it_is_confirmed_and_locked_with_the_others(db):
    ghost, nearest = await Ghost.expected(), await Waiting.at(**NEAR)
    await ghost.gives_back(now=CLOSED)
    offer = await nearest.offer()
    assert await nearest.accept(offer, now=CLOSED) == "confirmed"
    assert await value("SELECT count(*) FROM badges") == 0
    await lapse(secret_key=SECRET, now=LOCKED)
    assert await state(offer) == "locked"
    assert await value("SELECT count(*) FROM badges WHERE reservation = $1", offer) == 29


async def test_an_answer_that_does_not_come_leaves_it_to_the_next_and_the_group_goes_on_waiting(db):
    ghost, nearest, farther = await Ghost.expected(), await Waiting.at(**NEAR), await Waiting.at(**FARTHER)
    await ghost.gives_back()
    offer = await nearest.offer()
    with pytest.raises(NotNow):
        await nearest.accept(offer, now=HELD_UNTIL)

    await lapse(secret_key=SECRET, now=HELD_UNTIL)

    assert await nearest.offers() == [(ghost.slot, "lapsed", None)]
    assert await state(nearest.waits.id) == "waiting"
    # Twenty minutes before 18 h, then the morning after, until half an hour before the visit.
    assert await farther.offers() == [(ghost.slot, "offered", paris("2027-03-24 17:40"))]
    await farther.cancel(await farther.offer(), now=HELD_UNTIL)
    assert await seats(ghost.slot) == (0, 0)
    # Nobody is offered it twice.
    await lapse(secret_key=SECRET, now=HELD_UNTIL + timedelta(minutes=1))
    assert len(await nearest.offers()) == len(await farther.offers()) == 1
    assert (await nearest.heard(), await farther.heard()) == (["place_offered", "lapsed"], ["place_offered"])


async def test_who_needs_a_visa_hears_nothing_but_where_it_holds_for_that_lycee_and_that_day(db):
    ghost, other_ghost = await Ghost.expected(), await Ghost.expected(paris("2027-03-25 14:00"))
    asks, signs = [await Waiting.at(needs_approval=True, **NEAR) for _ in range(2)]
    signed = """UPDATE reservations SET signed_host = $2, signed_on = $3, signed_adults = $4 WHERE id = $1"""
    farther = await Waiting.at(**FARTHER)
    await rows(signed, signs.waits.id, await lycee_of(ghost.slot), date(2027, 3, 25), 2)

    await ghost.gives_back()
    await other_ghost.gives_back()

    assert await asks.offers() == []
    assert await signs.offers() == [(ghost.slot, "offered", HELD_UNTIL)]
    assert await farther.offers() == [(other_ghost.slot, "offered", HELD_UNTIL)]
    assert await signs.accept(await signs.offer(), now=LOCKED) == "locked"


async def test_fewer_adults_signed_for_than_come_are_no_visa(db):
    ghost, asks = await Ghost.expected(), await Waiting.at(needs_approval=True)
    signed = """UPDATE reservations SET signed_host = $2, signed_on = $3, signed_adults = $4 WHERE id = $1"""
    await rows(signed, asks.waits.id, await lycee_of(ghost.slot), date(2027, 3, 25), 1)
    await ghost.gives_back()
    assert await asks.offers() == []


async def test_who_waits_for_that_very_slot_comes_from_wherever_it_is_with_its_own_line(db):
    ghost = await Ghost.expected()
    ticked, not_ticked = await Waiting.at(ghost.slot, **TOO_FAR), await Waiting.at(ghost.slot, last_minute=False)
    await ghost.gives_back()
    assert await state(ticked.waits.id) == "offered"
    assert await state(not_ticked.waits.id) == "lapsed"
    assert await ticked.accept(ticked.waits.id, now=LOCKED) == "locked"


async def test_until_the_list_locks_who_waits_there_and_did_not_tick_it_has_what_nobody_takes_late(db):
    ghost = await Ghost.expected()
    not_ticked, ticked = await Waiting.at(ghost.slot, last_minute=False), await Waiting.at(**FAR)
    await ghost.gives_back(now=CLOSED)
    assert await state(not_ticked.waits.id) == "waiting"
    await ticked.cancel(await ticked.offer(), now=CLOSED)
    assert await state(not_ticked.waits.id) == "offered"


async def test_in_time_the_first_who_waits_is_offered_it_as_before(db):
    ghost = await Ghost.expected()
    first, nearest = await Waiting.at(ghost.slot, last_minute=False, **FAR), await Waiting.at(**NEAR)
    await ghost.cancel(ghost.has.id)
    assert await first.offers() == [(ghost.slot, "offered", NOW + timedelta(hours=48))]
    assert await nearest.offers() == []


async def test_a_group_that_does_not_fit_or_cannot_come_is_passed_over(db):
    ghost = await Ghost.expected(paris("2027-03-25 09:00"), levels=["4e"])
    too_big = await Waiting.at(await full(seats=30), pupils=30, **NEAR)
    busy, of_3e, away, needs = [await Waiting.at(**NEAR) for _ in range(4)]
    there = await builders.slot(starts_at=paris("2027-03-25 10:00"))
    await busy.ask(there, group=busy.group_waiting)
    await rows("UPDATE groups SET level = '3e' WHERE id = $1", of_3e.group_waiting)
    await builders.closure(school=away.school, on=date(2027, 3, 25))
    await rows("UPDATE reservations SET needed = '{loop}' WHERE id = $1", needs.waits.id)
    last = await Waiting.at(**FAR)

    await ghost.gives_back()

    for passed in (too_big, busy, of_3e, away, needs):
        assert await passed.offers() == []
    assert await last.offers() == [(ghost.slot, "offered", HELD_UNTIL)]


async def test_each_place_is_offered_to_one_group_and_two_places_to_two(db):
    ghost = await Ghost.expected(seats=48, groups_max=2)
    leaves = await ghost.ask(ghost.slot)
    nearest, farther, last = [await Waiting.at(**where) for where in (NEAR, FARTHER, FAR)]
    await ghost.gives_back()
    assert [len(await one.offers()) for one in (nearest, farther, last)] == [1, 0, 0]
    await ghost.cancel(leaves.id, "Trop d'absents", now=LOCKED)
    assert [len(await one.offers()) for one in (nearest, farther, last)] == [1, 1, 0]
    assert await seats(ghost.slot) == (48, 2)


async def test_a_lycee_that_refuses_a_group_late_gives_its_place_on(db):
    ghost, nearest = await Ghost.expected(), await Waiting.at(**NEAR)
    own = {"school": await lycee_of(ghost.slot), "by": await builders.account(), "now": LOCKED}
    await cancel(ghost.has.id, CancelVisit(reason="Groupe trop jeune"), role="host", **own)
    assert await nearest.offers() == [(ghost.slot, "offered", HELD_UNTIL)]


async def test_seats_that_fewer_pupils_or_a_larger_room_leave_late_are_given_on(db):
    opened = {"seats": 40, "groups_max": 2, "booking_closes_at": NOW + timedelta(days=1)}
    ghost, nearest = await Ghost.expected(pupils=20, **opened), await Waiting.at(**NEAR)
    late = NOW + timedelta(days=2, hours=1)
    await ghost.come(ghost.has.id, 16, 2, now=late)
    assert [(slot, state) for slot, state, _ in await nearest.offers()] == [(ghost.slot, "offered")]

    small, farther = await Ghost.expected(**{**opened, "seats": 24}), await Waiting.at(**FARTHER)
    await resize(
        small.slot,
        ResizeSlot(seats=48, groups_max=2),
        school=await lycee_of(small.slot),
        by=await builders.account(),
        now=late,
    )
    assert [(slot, state) for slot, state, _ in await farther.offers()] == [(small.slot, "offered")]


async def test_who_asks_after_it_was_given_back_is_offered_it_by_the_next_minute(db):
    ghost, never_held = await Ghost.expected(), await builders.slot(starts_at=paris("2027-03-25 14:00"))
    await ghost.gives_back()
    late = await Waiting.at(**NEAR)
    await lapse(secret_key=SECRET, now=LOCKED)
    assert await late.offers() == [(ghost.slot, "offered", HELD_UNTIL)]
    # What nobody ever held is not given back.
    assert await seats(never_held) == (0, 0)


async def test_a_wait_that_goes_on_to_the_last_minute_ends_with_the_visit_s_start(db):
    begins = paris("2027-03-25 09:00")
    slot = await full(begins)
    ticked, not_ticked = await Waiting.at(slot), await Waiting.at(slot, last_minute=False)
    await lapse(secret_key=SECRET, now=LOCKED)
    assert [await state(one.waits.id) for one in (ticked, not_ticked)] == ["waiting", "lapsed"]
    await lapse(secret_key=SECRET, now=begins)
    assert await state(ticked.waits.id) == "lapsed"


async def test_two_places_given_back_at_once_are_not_both_offered_to_the_one_group_that_waits(db):
    ghosts = [await Ghost.expected(), await Ghost.expected(paris("2027-03-25 14:00"))]
    only = await Waiting.at(**NEAR)
    await lapse(secret_key=SECRET, now=LOCKED)
    await asyncio.gather(*(ghost.cancel(ghost.has.id, "Trop d'absents", now=LOCKED) for ghost in ghosts))
    assert [state for _, state, _ in await only.offers()] == ["offered"]
    assert sorted([await seats(ghost.slot) for ghost in ghosts]) == [(0, 0), (24, 1)]


async def test_an_offer_that_crosses_another_one_of_the_same_group_is_left_out(db):
    ghost, only, farther = await Ghost.expected(), await Waiting.at(**NEAR), await Waiting.at(**FARTHER)
    await lapse(secret_key=SECRET, now=LOCKED)
    demand = await value("SELECT demand FROM reservations WHERE id = $1", only.waits.id)

    async with transaction():
        await rows("SELECT id FROM demands WHERE id = $1 FOR NO KEY UPDATE", demand)
        await elsewhere(ghost.cancel(ghost.has.id, "Trop d'absents", now=LOCKED))

    assert (await only.offers(), len(await farther.offers())) == ([], 1)


async def test_an_offer_and_a_booking_of_the_same_group_at_that_hour_are_never_both(db):
    ghost, nearest = await Ghost.expected(), await Waiting.at(**NEAR)
    there = await builders.slot(
        starts_at=paris("2027-03-25 10:00"), booking_closes_at=paris("2027-03-24 18:00"), seats=24
    )
    await lapse(secret_key=SECRET, now=LOCKED)

    async def books() -> str:
        try:
            return (await nearest.ask(there, group=nearest.group_waiting, now=LOCKED)).state
        except GroupBusy:
            return "busy"

    booked, _ = await asyncio.gather(books(), ghost.cancel(ghost.has.id, "Trop d'absents", now=LOCKED))
    offers = await nearest.offers()
    assert (booked, len(offers)) in [("busy", 1), ("confirmed", 0)]


async def test_it_is_a_line_beside_those_of_the_demand(db):
    ghost, nearest = await Ghost.expected(), await Waiting.at(**NEAR)
    await ghost.gives_back()
    line = await seen("SELECT line, uid, needs, pupils, adults FROM reservations WHERE id = $1", await nearest.offer())
    assert [(number, uid.split("@")[1], *more) for number, uid, *more in line] == [(LATE_LINE, "127.0.0.1", "", 24, 2)]
