from __future__ import annotations

import asyncio

import pytest

from booking.day.badges.issue_due import issue_of
from booking.visits.reservations.acts import CancelVisit, ChangeHeadcount, MoveVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import ChangedHeadcount, change_headcount
from booking.visits.reservations.move import MovedVisit, move
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, SlotFull, TooLate
from booking.visits.reservations.states import HeadcountLocked
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.builders import NOW, paris
from tests.crossing import another_act, locked
from tests.telling import tell
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound

TOKEN = "q" * 43
SECRETS = {"secret_key": SECRET, "token": TOKEN}


async def a_lycee(mail: str) -> int:
    lycee = await builders.school(kind="lycee")
    await builders.membership(await builders.account(mail), "host", school=lycee)
    return lycee


async def a_visit(slot: int, *, pupils: int = 24):
    college = await builders.school()
    teacher = await builders.person("teacher", school=college)
    group = await builders.group(school=college, pupils=pupils)
    booked = await book(a_demand(slot, group, school=college, by=teacher, pupils=pupils, wait=True), now=NOW)
    return booked, college, teacher


async def seats(slot: int) -> int:
    return await value("SELECT seats_taken FROM slots WHERE id = $1", slot)


async def test_a_move_is_one_swap_with_the_same_calendar_entry(db):
    one, other = await a_lycee("un@example.org"), await a_lycee("deux@example.org")
    before = await builders.slot(host=one)
    after = await builders.slot(host=other, starts_at=paris("2027-04-01 14:00"))
    booked, college, teacher = await a_visit(before)
    await tell()
    await rows("DELETE FROM notices")
    assert await move(
        booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW
    ) == MovedVisit(1)
    kept = await row("SELECT uid, slot, sequence, state, starts_at FROM reservations")
    assert tuple(kept) == (booked.uid, after, 1, "confirmed", paris("2027-04-01 14:00"))
    assert (await seats(before), await seats(after)) == (0, 24)
    await tell()
    told = await rows(
        "SELECT kind, to_email, also FROM notices WHERE to_email LIKE '%@example.org' ORDER BY kind, to_email"
    )
    assert [tuple(one) for one in told if "personne" not in one["to_email"]] == [
        ("reservation_left", "un@example.org", before),
        ("reservation_received", "deux@example.org", before),
    ]


async def test_a_move_within_a_lycee_updates_its_entry(db):
    lycee = await a_lycee("un@example.org")
    before, after = (
        await builders.slot(host=lycee),
        await builders.slot(host=lycee, starts_at=paris("2027-04-01 14:00")),
    )
    booked, college, teacher = await a_visit(before)
    await tell()
    await rows("DELETE FROM notices")
    await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    await tell()
    told = await rows("SELECT kind FROM notices ORDER BY kind")
    assert [one["kind"] for one in told] == ["reservation_moved", "reservation_moved_host"]


async def test_a_move_to_an_overlapping_hour_is_no_conflict_with_itself(db):
    before, after = await builders.slot(), await builders.slot(starts_at=paris("2027-03-25 10:00"))
    booked, college, teacher = await a_visit(before)
    await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    assert (await seats(before), await seats(after)) == (0, 24)


async def test_the_seats_left_behind_go_to_those_who_wait(db):
    before, after = await builders.slot(), await builders.slot(starts_at=paris("2027-04-01 09:00"))
    booked, college, teacher = await a_visit(before)
    waiting, *_ = await a_visit(before)
    await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    assert await value("SELECT state FROM reservations WHERE id = $1", waiting.id) == "offered"


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
    before = await builders.slot()
    after = await builders.slot(starts_at=paris("2027-04-01 09:00"), **change)
    booked, college, teacher = await a_visit(before)
    with pytest.raises(refusal):
        await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    assert tuple(await row("SELECT slot, sequence FROM reservations")) == (before, 0)
    assert (await seats(before), await seats(after)) == (24, 0)


async def test_moving_to_the_same_slot_is_refused_in_words(db):
    slot = await builders.slot()
    booked, college, teacher = await a_visit(slot)
    with pytest.raises(Invalid):
        await move(booked.id, MoveVisit(to_slot=slot), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)


async def test_two_visits_that_swap_their_slots_at_once_do_not_lock_each_other_out(db):
    one, other = await builders.slot(seats=48, groups_max=2), await builders.slot(seats=48, groups_max=2)
    (a, school_a, teacher_a), (b, school_b, teacher_b) = await a_visit(one), await a_visit(other)
    await asyncio.gather(
        move(a.id, MoveVisit(to_slot=other), school=school_a, by=teacher_a, fresh=fresh(TOKEN), now=NOW),
        move(b.id, MoveVisit(to_slot=one), school=school_b, by=teacher_b, fresh=fresh(TOKEN), now=NOW),
    )
    assert (await seats(one), await seats(other)) == (24, 24)


async def test_a_move_that_crosses_another_act_starts_again(db):
    before, after = await builders.slot(), await builders.slot(starts_at=paris("2027-04-01 09:00"))
    booked, college, teacher = await a_visit(before)
    async with another_act(locked(after), then=locked(before)):
        await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    assert tuple(await row("SELECT slot, sequence FROM reservations")) == (after, 1)
    assert (await seats(before), await seats(after)) == (0, 24)


async def test_a_move_onto_a_visit_that_the_group_gets_at_this_moment_is_refused(db):
    before, after, same_hour = (
        await builders.slot(),
        await builders.slot(starts_at=paris("2027-04-01 09:00")),
        await builders.slot(starts_at=paris("2027-04-01 10:00")),
    )
    booked, college, teacher = await a_visit(before)
    group = await value('SELECT "group" FROM reservations')
    async with another_act(lambda: builders.reservation(slot=same_hour, group=group)):
        with pytest.raises(GroupBusy):
            await move(booked.id, MoveVisit(to_slot=after), school=college, by=teacher, fresh=fresh(TOKEN), now=NOW)
    assert (await seats(before), await seats(after)) == (24, 0)


async def test_more_pupils_take_seats_and_badges_fewer_give_them_back(db):
    slot = await builders.slot(seats=30, groups_max=2)
    booked, college, teacher = await a_visit(slot)
    waiting, *_ = await a_visit(slot, pupils=8)
    await issue_of([booked.id], secret_key=SECRET)

    async def come(pupils: int) -> int:
        own = {"school": college, "by": teacher, "secret_key": SECRET, "token": TOKEN, "now": NOW}
        return (await change_headcount(booked.id, ChangeHeadcount(pupils=pupils, adults=3), **own)).sequence

    assert await come(30) == 1
    assert await seats(slot) == 30
    good = """SELECT kind, count(*) FROM badges WHERE reservation = $1 AND revoked_at IS NULL GROUP BY 1 ORDER BY 1"""
    assert [tuple(one) for one in await rows(good, booked.id)] == [("adult", 3), ("pupil", 30), ("spare", 3)]
    with pytest.raises(GroupTooBig):
        await come(31)
    assert await come(22) == 2
    assert [tuple(one) for one in await rows(good, booked.id)] == [("adult", 3), ("pupil", 22), ("spare", 3)]
    assert await value("SELECT state FROM reservations WHERE id = $1", waiting.id) == "offered"
    assert await seats(slot) == 30


async def test_the_head_count_is_settled_a_week_before(db):
    slot = await builders.slot(starts_at=paris("2027-01-17 09:00"), booking_closes_at=paris("2027-01-16 09:00"))
    booked, college, teacher = await a_visit(slot)
    with pytest.raises(HeadcountLocked):
        await change_headcount(
            booked.id, ChangeHeadcount(pupils=20, adults=2), school=college, by=teacher, now=NOW, **SECRETS
        )


async def test_the_head_count_that_it_was_already_is_no_act(db):
    slot = await builders.slot(host=await a_lycee("un@example.org"))
    booked, college, teacher = await a_visit(slot)
    await tell()
    notices = await value("SELECT count(*) FROM notices")
    own = {"school": college, "by": teacher, **SECRETS, "now": NOW}
    assert await change_headcount(booked.id, ChangeHeadcount(pupils=24, adults=2), **own) == ChangedHeadcount(
        0, 2, same=True
    )
    assert await value("SELECT sequence FROM reservations") == 0
    await tell()
    assert await value("SELECT count(*) FROM notices") == notices
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_headcount'") == 0


async def test_moving_a_visit_too_late_then_cancelling_it_is_a_late_cancellation(db):
    before = await builders.slot(starts_at=paris("2027-01-15 09:00"))
    after = await builders.slot(starts_at=paris("2027-04-01 09:00"))
    booked, college, teacher = await a_visit_at(before)
    own = {"school": college, "by": teacher, "now": NOW}
    await move(booked, MoveVisit(to_slot=after), fresh=fresh(), **own)
    with pytest.raises(Invalid):
        await cancel(booked, CancelVisit(), role="teacher", **own)
    await cancel(booked, CancelVisit(reason="Grève"), role="teacher", **own)
    assert tuple(await row("SELECT state, late FROM reservations")) == ("cancelled_by_teacher", True)


async def test_a_visit_moved_in_time_is_cancelled_freely(db):
    before, after = await builders.slot(), await builders.slot(starts_at=paris("2027-04-01 09:00"))
    booked, college, teacher = await a_visit(before)
    own = {"school": college, "by": teacher, "now": NOW}
    await move(booked.id, MoveVisit(to_slot=after), fresh=fresh(), **own)
    await cancel(booked.id, CancelVisit(), role="teacher", **own)
    assert tuple(await row("SELECT state, late FROM reservations")) == ("cancelled_by_teacher", False)


async def a_visit_at(slot: int) -> tuple[int, int, int]:
    """A visit booked long before, in a slot whose reservations are closed."""
    college, teacher = await builders.school(), await builders.account()
    await builders.membership(teacher, "teacher", school=college)
    group = await builders.group(school=college)
    return await builders.reservation(slot=slot, group=group, by=teacher), college, teacher
