from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.visits.reservations.book import book
from booking.visits.reservations.rules import GroupBusy
from booking.visits.slot_changes.move import move, preview_move
from booking.visits.slot_changes.rules import GroupsBusy
from tests import builders
from tests.booking.visits.reservations.demands import a_demand
from tests.booking.visits.slot_changes.full_slot import HOLDS, STATES, FullSlot, a_full_slot, told
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.move import MoveSlot
from workshops.slots.rules import RoomTaken

APRIL = paris("2027-04-01 14:00")


async def moved(full: FullSlot, to=APRIL, *, act=move, room: int | None = None, now=NOW):
    return await act(
        full.slot,
        MoveSlot(starts_at=to, ends_at=to + timedelta(hours=3), room=room),
        school=full.school,
        by=full.host,
        now=now,
    )


async def test_everyone_follows_the_slot_to_its_new_hour_with_the_same_entry(db):
    full = await a_full_slot(booking_closes_at=paris("2027-03-18 18:00"))
    uids = [tuple(one) for one in await rows("SELECT id, uid FROM reservations ORDER BY id")]
    done = await moved(full)
    assert (done.groups, done.companies, done.booking_closes_at) == (5, 1, paris("2027-03-25 18:00"))
    kept = await rows("SELECT starts_at, ends_at, sequence FROM reservations")
    assert {tuple(one) for one in kept} == {(APRIL, APRIL + timedelta(hours=3), 1)}
    assert [tuple(one) for one in await rows("SELECT id, uid FROM reservations ORDER BY id")] == uids
    assert tuple(await row("SELECT state, sequence FROM attendances")) == ("announced", 1)
    assert tuple(await row("SELECT starts_at, booking_closes_at, seats_taken, groups_taken FROM slots")) == (
        APRIL,
        paris("2027-03-25 18:00"),
        40,
        4,
    )


async def test_everyone_is_told_of_the_move_once(db):
    full = await a_full_slot()
    await moved(full)
    visits = full.reservations
    expected = [
        *(("slot_moved", f"{state}@example.org", visits[state]) for state in STATES),
        ("slot_moved_company", "ines@example.org", full.attendance),
        ("slot_moved_host", f"marc{full.school}@example.org", visits["confirmed"]),
        ("slot_moved_host", f"marc{full.school}@example.org", visits["locked"]),
    ]
    assert await told() == expected
    await moved(full, paris("2027-04-02 09:00"))
    assert len(await told()) == 2 * len(expected)
    company = await rows("SELECT about, was FROM events WHERE act = 'attendance_follow' ORDER BY id")
    assert [tuple(one) for one in company] == [(full.attendance, "announced")] * 2
    journal = await rows("SELECT act, detail FROM events WHERE act = 'slot_moved' ORDER BY id")
    assert [tuple(one) for one in journal] == [
        ("slot_moved", "jeudi 25 mars 2027, 9 h 00 -> jeudi 1er avril 2027, 14 h 00"),
        ("slot_moved", "jeudi 1er avril 2027, 14 h 00 -> vendredi 2 avril 2027, 9 h 00"),
    ]


async def test_a_list_that_was_closed_opens_again_when_the_visit_is_far(db):
    full = await a_full_slot(starts_at=NOW + timedelta(days=1))
    await moved(full, NOW + timedelta(days=2, hours=1))
    assert await value("SELECT state FROM reservations WHERE id = $1", full.reservations["locked"]) == "confirmed"


async def test_a_list_stays_closed_when_the_visit_stays_near(db):
    full = await a_full_slot(starts_at=NOW + timedelta(days=1))
    await moved(full, NOW + timedelta(hours=30))
    assert await value("SELECT state FROM reservations WHERE id = $1", full.reservations["locked"]) == "locked"


async def test_seats_held_for_an_answer_are_not_held_past_a_nearer_visit(db):
    full = await a_full_slot()
    await moved(full)
    held = await rows("SELECT state, hold_until FROM reservations WHERE hold_until IS NOT NULL ORDER BY id")
    assert [tuple(one) for one in held] == list(HOLDS.items())
    await moved(full, NOW + timedelta(days=3))
    held = await rows("SELECT state, hold_until FROM reservations WHERE hold_until IS NOT NULL ORDER BY id")
    assert [tuple(one) for one in held] == [
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
    assert await value("SELECT state FROM reservations WHERE id = $1", full.reservations["waiting"]) == "waiting"


async def test_free_seats_are_offered_to_a_group_that_the_old_hour_kept_away(db):
    full = await a_full_slot(groups_max=5)
    waits = full.reservations["waiting"]
    await moved(full)
    assert await value("SELECT state FROM reservations WHERE id = $1", waits) == "offered"


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
    slots = [await a_full_slot_at(index) for index in range(6)]

    async def books_elsewhere(group: int, college: int, teacher: int) -> object:
        elsewhere = await builders.slot(starts_at=APRIL)
        demand = a_demand(elsewhere, group, school=college, by=teacher, pupils=10)
        return await book(demand, now=NOW)

    acts = []
    for full, group, college, teacher in slots:
        acts += [moved(full), books_elsewhere(group, college, teacher)]
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


async def a_full_slot_at(index: int) -> tuple[FullSlot, int, int, int]:
    """A slot with one confirmed group, and that group's number, collège and teacher."""
    school = await builders.school(kind="lycee")
    host = await builders.account()
    college, teacher = await builders.school(), await builders.account()
    slot = await builders.slot(host=school)
    group = await builders.group(school=college, name=f"4e {index}")
    await builders.reservation(slot=slot, group=group, by=teacher, pupils=10)
    return FullSlot(school, host, slot, 0, 0), group, college, teacher
