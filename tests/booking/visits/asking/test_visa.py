"""Ranked choices of a collège that asks for its principal's visa: one is taken, the others stay in reserve."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.queries import visit
from tests.booking.visits.asking.test_ask import Wishing, live, three_slots
from tests.booking.visits.reservations.demands import FIRST, SECOND, refuse_visa, sign
from tests.booking.visits.reservations.test_wait import College
from tests.browsing import SECRET
from tests.builders import NOW, paris
from tests.seen import first, lycee_of, seats, state
from tests.telling import parts_of, tell
from workshops.database import rows, value
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING

ASKS = """UPDATE schools SET needs_approval = true, principal_mail = 'p@example.org', principal_confirmed_at = now()
WHERE id = $1"""
RELEASED = "cancelled_by_teacher"


async def the_link() -> str:
    """The last that was sent to the principal."""
    await tell()
    return await value("SELECT secret FROM notices WHERE kind = 'approval_asked' ORDER BY id DESC LIMIT 1")


async def principal_answers(approved: bool) -> None:
    await (sign if approved else refuse_visa)(await the_link())


async def principal_agrees_to(*choices: int) -> None:
    await sign(await the_link(), choices=choices)


OF_LETTER = "SELECT about FROM notices WHERE kind = $1 AND ($2 = '' OR reader = $2) AND what = $3 ORDER BY about"


async def told(kind: str) -> list[int]:
    await tell()
    return [one["about"] for one in await rows(OF_LETTER, *parts_of(kind))]


class Reserving(Wishing):
    """A group of a collège that asks for a visa, and three slots of which the first ones are full."""

    choices: list[int]
    slots: list[int]

    @classmethod
    async def wished(cls, *, full: int = 0, wait: bool = True, **more) -> Reserving:
        self = await cls.new()
        await rows(ASKS, self.college.school)
        self.slots = await three_slots(full=full, **more)
        self.choices = [one.id for one in (await self.wish(*self.slots, wait=wait)).choices]
        return self

    @classmethod
    async def behind(cls) -> tuple[Reserving, College, list[int]]:
        """The same, where another collège holds a place at all three; who holds them, and her visits."""
        self, slots, holder = await cls.new(), await three_slots(), await College.new()
        await rows(ASKS, self.college.school)
        held = [(await holder.ask(slot)).id for slot in slots]
        self.choices = [one.id for one in (await self.wish(*slots)).choices]
        return self, holder, held

    async def states(self) -> list[str]:
        return [await state(one) for one in self.choices]


async def test_the_principal_is_written_to_once_and_the_other_choices_hold_no_seat(db):
    reserving = await Reserving.wished()
    assert await live() == [(1, "requested"), (2, "waiting"), (3, "waiting")]
    assert [await seats(slot) for slot in reserving.slots] == [(24, 1), (0, 0), (0, 0)]
    assert await told("approval_asked") == await told("reservation_requested") == [reserving.choices[0]]
    await tell()
    assert await value("SELECT count(*) FROM notices") == 2
    noted = await rows("SELECT about FROM events WHERE act = 'reservation_kept' ORDER BY about")
    assert [one["about"] for one in noted] == reserving.choices[1:]


async def test_who_is_ready_to_wait_keeps_a_full_choice_in_reserve_too(db):
    await Reserving.wished(full=1)
    assert await live() == [(1, "waiting"), (2, "requested"), (3, "waiting")]


async def test_who_does_not_wait_keeps_those_that_are_not_full(db):
    await Reserving.wished(full=1, wait=False)
    assert await live() == [(2, "requested"), (3, "waiting")]


async def test_a_choice_at_the_hour_of_the_one_taken_is_kept_too(db):
    reserving = await Reserving.new()
    await rows(ASKS, reserving.college.school)
    first, same_hour, _ = await three_slots()
    hours = "UPDATE slots a SET starts_at = b.starts_at, ends_at = b.ends_at FROM slots b WHERE a.id = $1 AND b.id = $2"
    await rows(hours, same_hour, first)
    reserving.choices = [one.id for one in (await reserving.wish(first, same_hour)).choices]
    assert await live() == [(1, "requested"), (2, "waiting")]
    await principal_agrees_to(*reserving.choices[1:])
    assert await live() == [(1, "refused_by_principal"), (2, "offered")]


async def test_in_reserve_no_place_is_offered_and_others_may_take_it(db):
    reserving = await Reserving.wished()
    await lapse(secret_key=SECRET, now=NOW + timedelta(minutes=1))
    assert await reserving.states() == ["requested", "waiting", "waiting"]
    assert (await (await College.new()).ask(reserving.slots[1])).state == "confirmed"


async def test_the_visa_releases_the_reserve_in_the_same_act(db):
    reserving = await Reserving.wished()
    await principal_answers(True)
    assert await reserving.states() == ["confirmed", RELEASED, RELEASED]
    assert await told("reservation_confirmed/teacher") == reserving.choices[:1]
    assert await value("SELECT count(*) FROM notices") == 3
    assert [await seats(slot) for slot in reserving.slots] == [(24, 1), (0, 0), (0, 0)]


async def test_a_visa_on_paper_releases_it_too(db):
    reserving = await Reserving.wished()
    await reserving.college.note(reserving.choices[0])
    assert await reserving.states() == ["confirmed", RELEASED, RELEASED]


async def test_a_visa_for_the_other_choices_offers_the_best_of_them_alone_in_the_same_act(db):
    reserving = await Reserving.wished()
    await principal_agrees_to(*reserving.choices[1:])
    assert await reserving.states() == ["refused_by_principal", "offered", "waiting"]
    assert await told("place_offered") == [reserving.choices[1]]
    assert [await seats(slot) for slot in reserving.slots] == [(0, 0), (24, 1), (0, 0)]
    await lapse(secret_key=SECRET, now=NOW + timedelta(minutes=1))
    assert await reserving.states() == ["refused_by_principal", "offered", "waiting"]


async def test_a_next_choice_that_is_full_meanwhile_is_passed_over(db):
    reserving = await Reserving.wished()
    await (await College.new()).ask(reserving.slots[1])
    await principal_agrees_to(*reserving.choices[1:])
    assert await reserving.states() == ["refused_by_principal", "waiting", "offered"]


async def test_a_visa_that_never_comes_offers_the_next_choice_too(db):
    reserving = await Reserving.wished()
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=11))
    assert await reserving.states() == ["lapsed", "offered", "waiting"]


async def test_a_group_received_before_its_visa_came_is_offered_no_other_visit(db):
    reserving = await Reserving.wished()
    host = await lycee_of(reserving.slots[0])
    came = [GroupHeadcount(reservation=reserving.choices[0], pupils=22, adults=2, note="Badges oubliés")]
    begun = paris("2027-03-18 11:00")
    await close_slot(reserving.slots[0], headcounts=came, companies=[], account=None, school=host, now=begun)
    await lapse(secret_key=SECRET, now=begun)
    assert await reserving.states() == ["attended", "lapsed", "waiting"]
    assert await told("place_offered") == []


async def test_a_lycee_that_cannot_receive_leads_to_the_next_choice_too(db):
    reserving = await Reserving.wished()
    host = await lycee_of(reserving.slots[0])
    by = reserving.college.teacher
    await cancel(reserving.choices[0], CancelVisit(reason="Machine en panne"), role="host", school=host, by=by, now=NOW)
    assert await reserving.states() == ["refused_by_host", "offered", "waiting"]


async def test_a_place_that_is_left_or_unanswered_leads_to_the_next_choice(db):
    reserving = await Reserving.wished()
    await principal_agrees_to(*reserving.choices[1:])
    await reserving.college.cancel(reserving.choices[1])
    assert await reserving.states() == ["refused_by_principal", "lapsed", "offered"]


async def test_who_waits_is_not_counted_behind_a_choice_in_reserve(db):
    reserving = await Reserving.wished()
    taken, waits = [await (await College.new()).ask(reserving.slots[1]) for _ in range(2)]
    assert (taken.state, waits.state) == ("confirmed", "waiting")
    assert (await visit(waits.id, scope=EVERYTHING)).rank == 1
    await principal_agrees_to(*reserving.choices[1:])
    assert await reserving.states() == ["refused_by_principal", "waiting", "offered"]
    assert (await visit(waits.id, scope=EVERYTHING)).rank == 2


async def test_a_visit_in_reserve_has_no_rank_in_a_waiting_list(db):
    reserving = await Reserving.wished()
    kept = await visit(reserving.choices[1], scope=EVERYTHING)
    assert (kept.kept, kept.rank) == (True, 0)
    await principal_agrees_to(*reserving.choices[1:])
    assert [(await visit(one, scope=EVERYTHING)).kept for one in reserving.choices] == [False, False, True]
    await reserving.college.cancel(reserving.choices[1])
    assert [(await visit(one, scope=EVERYTHING)).kept for one in reserving.choices] == [False, False, False]


async def test_an_offer_that_is_taken_keeps_the_others_until_the_visa(db):
    reserving, holder, held = await Reserving.behind()
    await holder.cancel(held[1])
    assert await reserving.college.accept(reserving.choices[1]) == "requested"
    await holder.cancel(held[0])
    assert await reserving.states() == ["waiting", "requested", "waiting"]
    await principal_agrees_to(reserving.choices[0], reserving.choices[2])
    assert await reserving.states() == ["offered", "refused_by_principal", "waiting"]


async def test_of_two_choices_that_await_a_visa_the_better_one_is_kept(db):
    reserving, holder, held = await Reserving.behind()
    for place in (2, 1):
        await holder.cancel(held[place])
    assert await reserving.states() == ["waiting", "offered", "offered"]
    for place, token in ((1, FIRST), (2, SECOND)):
        assert await reserving.college.accept(reserving.choices[place], token=token) == "requested"
    await principal_answers(True)
    assert await reserving.states() == [RELEASED, "confirmed", RELEASED]
    assert await first("SELECT sum(seats_taken), sum(groups_taken) FROM slots") == (48, 2)


async def test_a_refused_visa_refuses_every_choice_that_it_listed(db):
    reserving = await Reserving.wished()
    await principal_answers(False)
    assert await reserving.states() == ["refused_by_principal", RELEASED, RELEASED]
    assert [await seats(slot) for slot in reserving.slots] == [(0, 0), (0, 0), (0, 0)]
    assert await told("place_offered") == []


async def test_a_choice_that_is_not_ticked_is_released_with_the_others_kept(db):
    reserving = await Reserving.wished()
    await principal_agrees_to(reserving.choices[2])
    assert await reserving.states() == ["refused_by_principal", RELEASED, "offered"]


async def test_an_offer_that_the_principal_has_ticked_needs_no_second_visa(db):
    reserving = await Reserving.wished()
    await principal_agrees_to(*reserving.choices[1:])
    assert await reserving.college.accept(reserving.choices[1]) == "confirmed"
    assert await reserving.states() == ["refused_by_principal", "confirmed", RELEASED]


async def test_ticking_nothing_is_no_visa(db):
    reserving = await Reserving.wished()
    with pytest.raises(Invalid):
        await principal_agrees_to()
    assert await reserving.states() == ["requested", "waiting", "waiting"]


async def test_a_visa_on_paper_holds_for_the_choices_that_it_ticks(db):
    reserving = await Reserving.wished()
    assert await reserving.college.note(reserving.choices[0], choices=reserving.choices[1:]) == "signed"
    assert await reserving.states() == ["refused_by_principal", "offered", "waiting"]
