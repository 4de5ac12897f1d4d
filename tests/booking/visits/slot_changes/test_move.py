from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.visits.reservations.rules import GroupBusy
from booking.visits.slot_changes.move import move, preview_move
from booking.visits.slot_changes.rules import GroupsBusy, states_that
from tests import builders
from tests.booking.visits.reservations.demands import College
from tests.booking.visits.slot_changes.full_slot import HOLDS, STATES, FullSlot, a_full_slot, a_lycee, told
from tests.builders import NOW, paris
from tests.seen import first, seen, state
from workshops.database import value
from workshops.refusals import Invalid, NotFound
from workshops.slots.move import MoveSlot
from workshops.slots.rules import RoomTaken

APRIL = paris("2027-04-01 14:00")


async def moved(full: FullSlot, to=APRIL, *, act=move, room: int | None = None, now=NOW):
    asked = MoveSlot(starts_at=to, ends_at=to + timedelta(hours=3), room=room)
    return await act(full.slot, asked, school=full.school, by=full.host, now=now)


async def test_everyone_follows_the_slot_to_its_new_hour_with_the_same_entry(db):
    full = await a_full_slot(booking_closes_at=paris("2027-03-18 18:00"))
    uids = await seen("SELECT id, uid FROM reservations ORDER BY id")
    done = await moved(full)
    assert (done.groups, done.companies, done.booking_closes_at) == (5, 1, paris("2027-03-25 18:00"))
    assert {*await seen("SELECT starts_at, ends_at, sequence FROM reservations")} == {
        (APRIL, APRIL + timedelta(hours=3), 1)
    }
    assert await seen("SELECT id, uid FROM reservations ORDER BY id") == uids
    assert await first("SELECT state, sequence FROM attendances") == ("announced", 1)
    expected = (APRIL, paris("2027-03-25 18:00"), 40, 4)
    assert await first("SELECT starts_at, booking_closes_at, seats_taken, groups_taken FROM slots") == expected


async def test_everyone_is_told_of_the_move_once(db):
    full = await a_full_slot()
    await moved(full)
    visits = full.reservations
    expected = [
        *(("slot_changed", f"{state}@example.org", visits[state]) for state in STATES),
        ("slot_changed", "ines@example.org", full.attendance),
        ("slot_changed", f"marc{full.school}@example.org", visits["confirmed"]),
        ("slot_changed", f"marc{full.school}@example.org", visits["locked"]),
    ]
    assert await told() == expected
    await moved(full, paris("2027-04-02 09:00"))
    assert len(await told()) == 2 * len(expected)
    followed = await seen("SELECT about, was FROM events WHERE act = 'attendance_follow'")
    assert followed == [(full.attendance, "announced")] * 2
    assert await seen("SELECT act, detail FROM events WHERE act = 'slot_moved' ORDER BY id") == [
        ("slot_moved", "jeudi 25 mars 2027, 9 h 00 -> jeudi 1er avril 2027, 14 h 00"),
        ("slot_moved", "jeudi 1er avril 2027, 14 h 00 -> vendredi 2 avril 2027, 9 h 00"),
    ]


async def test_a_list_that_was_closed_opens_again_when_the_visit_is_far(db):
    full = await a_full_slot(starts_at=NOW + timedelta(days=1))
    await moved(full, NOW + timedelta(days=2, hours=1))
    assert await state(full.reservations["locked"]) == "confirmed"


async def test_a_list_stays_closed_when_the_visit_stays_near(db):
    full = await a_full_slot(starts_at=NOW + timedelta(days=1))
    await moved(full, NOW + timedelta(hours=30))
    assert await state(full.reservations["locked"]) == "locked"


async def test_seats_held_for_an_answer_are_not_held_past_a_nearer_visit(db):
    full = await a_full_slot()
    await moved(full)
    held = "SELECT state, hold_until FROM reservations WHERE hold_until IS NOT NULL ORDER BY id"
    assert await seen(held) == list(HOLDS.items())
    await moved(full, NOW + timedelta(days=3))
    assert await seen(held) == [
        ("requested", paris("2027-01-12 18:00")),
        ("offered", paris("2027-01-12 18:00")),
    ]


async def test_a_group_with_another_visit_at_that_time_keeps_the_slot_where_it_is(db):
    full = await a_full_slot()
    group = await value('SELECT "group" FROM reservations WHERE id = $1', full.reservations["confirmed"])
    elsewhere = await builders.slot(starts_at=paris("2027-04-01 15:00"))
    await builders.reservation(slot=elsewhere, group=group)
    with pytest.raises(GroupsBusy) as no:
        await moved(full)
    assert no.value.sentence == (
        "4e confirmed (Collège confirmed) a déjà une visite à cette heure-là."
        " Choisissez une autre heure, ou voyez avec le collège."
    )
    assert await value("SELECT starts_at FROM slots WHERE id = $1", full.slot) == paris("2027-03-25 09:00")
    assert await told() == []


async def test_a_group_that_only_waits_does_not_hold_the_slot_back(db):
    full = await a_full_slot()
    group = await value('SELECT "group" FROM reservations WHERE id = $1', full.reservations["waiting"])
    await builders.reservation(slot=await builders.slot(starts_at=APRIL), group=group)
    await moved(full)
    assert await state(full.reservations["waiting"]) == "waiting"


async def test_free_seats_are_offered_to_a_group_that_the_old_hour_kept_away(db):
    full = await a_full_slot(groups_max=5)
    await moved(full)
    assert await state(full.reservations["waiting"]) == "offered"


async def test_a_refused_move_changes_nothing_at_all(db):
    full = await a_full_slot()
    room = await builders.room(school=full.school, seats=100)
    await builders.slot(host=full.school, room=room, starts_at=APRIL)
    for refusal, asked in (
        (RoomTaken, {"room": room}),
        (Invalid, {"to": NOW - timedelta(hours=1)}),
        (NotFound, {"room": 9999}),
    ):
        with pytest.raises(refusal):
            await moved(full, **asked)
    assert await value("SELECT max(sequence) FROM reservations") == 0
    assert await value("SELECT count(*) FROM events") == 0


async def test_the_preview_says_what_the_move_would_do_and_leaves_no_trace(db):
    full = await a_full_slot(booking_closes_at=paris("2027-03-18 18:00"))
    seen = await moved(full, act=preview_move)
    assert await value("SELECT max(sequence) FROM reservations") == 0
    assert (await value("SELECT starts_at FROM slots"), await told()) == (paris("2027-03-25 09:00"), [])
    assert await moved(full) == seen


async def test_the_preview_is_refused_in_the_same_words(db):
    full = await a_full_slot()
    with pytest.raises(Invalid) as no:
        await moved(full, paris("2027-03-28 09:00"), act=preview_move)
    assert no.value.errors == {"starts_at": "Un créneau n'a pas lieu un dimanche."}


async def test_a_group_that_books_elsewhere_at_the_same_moment_is_in_one_place_only(db):
    acts = []
    for _ in range(6):
        (school, host), college = await a_lycee(), await College.new()
        slot, group = await builders.slot(host=school), await college.group(pupils=10)
        await builders.reservation(slot=slot, group=group, by=college.teacher, pupils=10)
        elsewhere = await builders.slot(starts_at=APRIL)
        acts += [moved(FullSlot(school, host, slot, 0, 0)), college.ask(elsewhere, group=group, pupils=10)]
    answers = await asyncio.gather(*acts, return_exceptions=True)
    allowed = (GroupsBusy, GroupBusy)
    assert [one for one in answers if isinstance(one, Exception) and not isinstance(one, allowed)] == []
    overlaps = await value(
        """SELECT count(*) FROM reservations a JOIN reservations b ON a."group" = b."group" AND a.id < b.id
           AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"""
    )
    assert overlaps == 0
    astray = "SELECT count(*) FROM reservations r JOIN slots s ON s.id = r.slot WHERE r.starts_at <> s.starts_at"
    assert await value(astray) == 0


@pytest.mark.parametrize(
    ("groups", "start"),
    [(["4e A (Diderot)"], "4e A (Diderot) a déjà"), (["4e A", "4e B", "3e C"], "4e A, 4e B et 3e C ont déjà")],
)
def test_busy_groups_are_named(groups, start):
    assert GroupsBusy(groups).sentence.startswith(start)


@pytest.mark.parametrize("act", ["follow", "call_off"])
def test_every_live_state_knows_what_its_slot_does(act):
    assert sorted(states_that(act)) == ["confirmed", "in_draw", "locked", "offered", "requested", "waiting"]
