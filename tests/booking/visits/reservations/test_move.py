from __future__ import annotations

import asyncio

import pytest

from booking.day.badges.issue_due import issue_of
from booking.visits.reservations.change_headcount import ChangedHeadcount
from booking.visits.reservations.demand import Booked
from booking.visits.reservations.move import MovedVisit
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, SlotFull, TooLate
from booking.visits.reservations.signed import VisaAsked, visa_asked
from booking.visits.reservations.states import HeadcountLocked
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from tests.seen import first, forget_mails, kinds, seats, seen, state
from tests.telling import tell
from workshops.database import value
from workshops.refusals import Invalid, NotFound

LATER, STANDS = paris("2027-04-01 09:00"), "SELECT slot, sequence FROM reservations"


async def a_lycee(mail: str) -> int:
    lycee = await builders.school(kind="lycee")
    await builders.person("host", mail, school=lycee)
    return lycee


async def a_visit(slot: int, *, pupils: int = 24) -> tuple[College, Booked]:
    college = await College.new()
    return college, await college.ask(slot, pupils=pupils, wait=True)


async def pupils_at(*slots: int) -> list[int]:
    return [(await seats(slot))[0] for slot in slots]


@pytest.mark.parametrize(
    ("state", "needed", "holds", "asked"),
    [
        # Asked already: again, with the new date, whatever was signed.
        ("requested", True, False, VisaAsked.AGAIN),
        ("requested", True, True, VisaAsked.AGAIN),
        # Of a newcomer whom her collège has not confirmed, it is the collège that is asked.
        ("requested", False, True, VisaAsked.AGAIN),
        ("confirmed", True, False, VisaAsked.FIRST),
        ("confirmed", True, True, VisaAsked.NOT),
        ("confirmed", False, False, VisaAsked.NOT),
    ],
)
def test_a_move_asks_for_the_visa_again_or_first_or_not(state, needed, holds, asked):
    assert visa_asked(state, needed=needed, holds=holds) == asked


async def test_a_move_is_one_swap_with_the_same_calendar_entry(db):
    before = await builders.slot(host=await a_lycee("un@example.org"))
    after = await builders.slot(host=await a_lycee("deux@example.org"), starts_at=paris("2027-04-01 14:00"))
    college, booked = await a_visit(before)
    await forget_mails()
    assert await college.move(booked.id, after) == MovedVisit(1)
    kept = (booked.uid, after, 1, "confirmed", paris("2027-04-01 14:00"))
    assert await first("SELECT uid, slot, sequence, state, starts_at FROM reservations") == kept
    assert await pupils_at(before, after) == [0, 24]
    await tell()
    told = "SELECT kind, to_email, also FROM notices WHERE to_email NOT LIKE 'personne%' ORDER BY kind, to_email"
    assert await seen(told) == [
        ("reservation_cancelled", "un@example.org", before),
        ("reservation_confirmed", "deux@example.org", before),
    ]


async def test_a_move_within_a_lycee_updates_its_entry(db):
    lycee = await a_lycee("un@example.org")
    before, after = [await builders.slot(host=lycee, starts_at=at) for at in (None, LATER)]
    college, booked = await a_visit(before)
    await forget_mails()
    await college.move(booked.id, after)
    assert await kinds(by="kind") == ["reservation_changed", "reservation_changed"]


async def test_a_move_to_an_overlapping_hour_is_no_conflict_with_itself(db):
    before, after = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    college, booked = await a_visit(before)
    await college.move(booked.id, after)
    assert await pupils_at(before, after) == [0, 24]


async def test_the_seats_left_behind_go_to_those_who_wait(db):
    before, after = await builders.slot(), await builders.slot(starts_at=LATER)
    college, booked = await a_visit(before)
    _, waiting = await a_visit(before)
    await college.move(booked.id, after)
    assert await state(waiting.id) == "offered"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"seats": 20}, GroupTooBig),
        ({"groups_max": 0}, SlotFull),
        ({"booking_closes_at": NOW}, TooLate),
        ({"state": "draft"}, NotFound),
    ],
)
async def test_a_refused_move_leaves_the_visit_where_it_was(db, change, refusal):
    before, after = await builders.slot(), await builders.slot(starts_at=LATER, **change)
    college, booked = await a_visit(before)
    with pytest.raises(refusal):
        await college.move(booked.id, after)
    assert await first(STANDS) == (before, 0)
    assert await pupils_at(before, after) == [24, 0]


async def test_moving_to_the_same_slot_is_refused_in_words(db):
    slot = await builders.slot()
    college, booked = await a_visit(slot)
    with pytest.raises(Invalid):
        await college.move(booked.id, slot)


async def test_two_visits_that_swap_their_slots_at_once_do_not_lock_each_other_out(db):
    one, other = [await builders.slot(seats=48, groups_max=2) for _ in range(2)]
    (college, a), (another, b) = await a_visit(one), await a_visit(other)
    await asyncio.gather(college.move(a.id, other), another.move(b.id, one))
    assert await pupils_at(one, other) == [24, 24]


async def test_a_move_that_crosses_another_act_starts_again(db):
    before, after = await builders.slot(), await builders.slot(starts_at=LATER)
    college, booked = await a_visit(before)
    async with another_act(locked(after), then=locked(before)):
        await college.move(booked.id, after)
    assert await first(STANDS) == (after, 1)
    assert await pupils_at(before, after) == [0, 24]


async def test_a_move_onto_a_visit_that_the_group_gets_at_this_moment_is_refused(db):
    before, after = await builders.slot(), await builders.slot(starts_at=LATER)
    same_hour = await builders.slot(starts_at=paris("2027-04-01 10:00"))
    college, booked = await a_visit(before)
    group = await value('SELECT "group" FROM reservations')
    async with another_act(lambda: builders.reservation(slot=same_hour, group=group)):
        with pytest.raises(GroupBusy):
            await college.move(booked.id, after)
    assert await pupils_at(before, after) == [24, 0]


async def test_more_pupils_take_seats_and_badges_fewer_give_them_back(db):
    slot = await builders.slot(seats=30, groups_max=2)
    college, booked = await a_visit(slot)
    _, waiting = await a_visit(slot, pupils=8)
    await issue_of([booked.id], secret_key=SECRET)
    good = """SELECT kind, count(*) FROM badges WHERE reservation = $1 AND revoked_at IS NULL GROUP BY 1 ORDER BY 1"""
    assert (await college.come(booked.id, 30, 3)).sequence == 1
    assert await pupils_at(slot) == [30]
    assert await seen(good, booked.id) == [("adult", 3), ("pupil", 30), ("spare", 3)]
    with pytest.raises(GroupTooBig):
        await college.come(booked.id, 31, 3)
    assert (await college.come(booked.id, 22, 3)).sequence == 2
    assert await seen(good, booked.id) == [("adult", 3), ("pupil", 22), ("spare", 3)]
    assert await state(waiting.id) == "offered"
    assert await pupils_at(slot) == [30]


async def test_the_head_count_is_settled_a_week_before(db):
    slot = await builders.slot(starts_at=paris("2027-01-17 09:00"), booking_closes_at=paris("2027-01-16 09:00"))
    college, booked = await a_visit(slot)
    with pytest.raises(HeadcountLocked):
        await college.come(booked.id, 20, 2)


async def test_the_head_count_that_it_was_already_is_no_act(db):
    college, booked = await a_visit(await builders.slot(host=await a_lycee("un@example.org")))
    await forget_mails()
    assert await college.come(booked.id, 24, 2) == ChangedHeadcount(0, 2, same=True)
    assert await value("SELECT sequence FROM reservations") == 0
    assert await kinds() == []
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_headcount'") == 0


async def test_moving_a_visit_too_late_then_cancelling_it_is_a_late_cancellation(db):
    """It was booked long before, in a slot whose reservations are closed."""
    before, after = await builders.slot(starts_at=paris("2027-01-15 09:00")), await builders.slot(starts_at=LATER)
    college = await College.new()
    booked = await builders.reservation(slot=before, group=await college.group(), by=college.teacher)
    await college.move(booked, after)
    with pytest.raises(Invalid):
        await college.cancel(booked)
    await college.cancel(booked, "Grève")
    assert await first("SELECT state, late FROM reservations") == ("cancelled_by_teacher", True)


async def test_a_visit_moved_in_time_is_cancelled_freely(db):
    before, after = await builders.slot(), await builders.slot(starts_at=LATER)
    college, booked = await a_visit(before)
    await college.move(booked.id, after)
    await college.cancel(booked.id)
    assert await first("SELECT state, late FROM reservations") == ("cancelled_by_teacher", False)
