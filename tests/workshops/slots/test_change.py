"""Moving, resizing and calling off a slot, as the lycée's own record of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import builders
from tests.builders import NOW, paris
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound, Stale
from workshops.slots.call_off import CallOffSlot, call_off_slot
from workshops.slots.move import MoveSlot, move_slot
from workshops.slots.restate import ResizeSlot, resize_slot
from workshops.slots.rules import (
    BelowTaken,
    ClosedDay,
    RoomTaken,
    SlotBegun,
    SlotCalledOff,
    SlotDone,
    closing,
    closing_with,
    moved_choice,
)


class Lycee:
    @classmethod
    async def new(cls) -> Lycee:
        self = cls()
        self.school = await builders.school(kind="lycee")
        self.room = await builders.room(school=self.school)
        return self

    async def slot(self, **more: object) -> int:
        return await builders.slot(host=self.school, **{"room": self.room, **more})

    async def move(self, slot: int, to: str, *, until: str | None = None, now=NOW, **more: object):
        starts_at = paris(to)
        ends_at = paris(until) if until else starts_at + timedelta(hours=3)
        version = more.pop("version", None)
        asked = MoveSlot(starts_at=starts_at, ends_at=ends_at, **{"room": self.room, **more})
        return await move_slot(slot, asked, school=self.school, version=version, now=now)


@pytest.fixture
async def lycee(db):
    return await Lycee.new()


@pytest.mark.parametrize(
    ("chosen", "to", "expected"),
    [
        (None, "2027-04-01 14:00", "2027-03-25 18:00"),
        ("2027-03-10 12:00", "2027-04-01 14:00", "2027-03-17 12:00"),
        # Never later than the rule's, which may have passed.
        ("2027-03-22 12:00", "2027-04-01 14:00", "2027-03-25 18:00"),
        ("2027-03-25 07:30", "2027-04-01 14:00", "2027-03-25 18:00"),
        (None, "2027-01-14 14:00", "2027-01-07 18:00"),
        (None, "2027-01-11 14:00", "2027-01-04 18:00"),
    ],
)
def test_reservations_close_as_long_before_the_new_hour_as_was_chosen_and_never_after_the_rule(chosen, to, expected):
    moved = moved_choice(chosen and paris(chosen), paris("2027-03-25 09:00"), paris(to))
    assert closing_with(closing(paris(to), days=5), moved) == paris(expected)


async def test_a_moved_slot_has_its_new_hour_and_room_and_closing(lycee):
    slot = await lycee.slot(booking_closes_at=paris("2027-03-18 18:00"))
    other = await builders.room(school=lycee.school)
    moved = await lycee.move(slot, "2027-04-01 14:00", room=other)
    assert (moved.was.starts_at, moved.booking_closes_at) == (paris("2027-03-25 09:00"), paris("2027-03-25 18:00"))
    assert tuple(await row("SELECT starts_at, ends_at, booking_closes_at, room, version FROM slots")) == (
        paris("2027-04-01 14:00"),
        paris("2027-04-01 17:00"),
        paris("2027-03-25 18:00"),
        other,
        1,
    )


async def test_a_slot_may_leave_its_room_or_only_change_it(lycee):
    slot = await lycee.slot()
    await lycee.move(slot, "2027-03-25 09:00", room=None)
    assert await value("SELECT room FROM slots") is None
    await lycee.move(slot, "2027-03-25 09:00")
    assert await value("SELECT room FROM slots") == lycee.room


async def test_what_a_moved_slot_cannot_be_is_refused_and_it_stays(db):
    lycee, elsewhere = await Lycee.new(), await Lycee.new()
    slot = await lycee.slot()
    await lycee.slot(starts_at=paris("2027-04-01 09:00"))
    small = await builders.room(school=lycee.school, seats=12)
    shut = await builders.room(school=lycee.school, closed=True)
    await builders.closure(school=lycee.school, on=date(2027, 6, 14), until=date(2027, 6, 18))
    refused = (
        (RoomTaken, {"to": "2027-04-01 11:00"}),
        (Invalid, {"to": "2027-03-25 09:00"}),
        (Invalid, {"to": "2027-01-08 09:00"}),
        (Invalid, {"to": "2027-03-28 09:00"}),
        (Invalid, {"to": "2027-04-02 09:00", "until": "2027-04-02 08:00"}),
        (Invalid, {"to": "2027-04-02 09:00", "room": small}),
        (Invalid, {"to": "2027-04-02 09:00", "room": shut}),
        (NotFound, {"to": "2027-04-02 09:00", "room": elsewhere.room}),
        (ClosedDay, {"to": "2027-06-15 09:00"}),
        (Stale, {"to": "2027-04-02 09:00", "version": 4}),
    )
    for refusal, asked in refused:
        with pytest.raises(refusal):
            await lycee.move(slot, **asked)
    with pytest.raises(NotFound):
        await elsewhere.move(slot, "2027-04-02 09:00")
    assert tuple(await row("SELECT starts_at, version FROM slots WHERE id = $1", slot)) == (
        paris("2027-03-25 09:00"),
        0,
    )


async def test_a_visit_that_began_was_closed_or_called_off_moves_no_more(lycee):
    begun = await lycee.slot(starts_at=NOW - timedelta(minutes=1))
    done = await lycee.slot(starts_at=NOW - timedelta(days=2), state="done")
    off = await lycee.slot(state="called_off", reason="Panne")
    for slot, refusal in ((begun, SlotBegun), (done, SlotDone), (off, SlotCalledOff)):
        with pytest.raises(refusal):
            await lycee.move(slot, "2027-04-01 09:00")


async def test_a_slot_grows_and_shrinks_to_what_is_taken(lycee):
    slot = await lycee.slot(
        seats=24, seats_taken=18, groups_max=2, groups_taken=1, company_places=4, company_places_taken=2
    )
    was = await resize_slot(slot, ResizeSlot(seats=18, groups_max=1, company_places=2), school=lycee.school)
    assert (was.seats, was.groups_max, was.company_places) == (24, 2, 4)
    await resize_slot(slot, ResizeSlot(groups_max=3), school=lycee.school)
    assert tuple(await row("SELECT seats, groups_max, company_places, version FROM slots")) == (18, 3, 2, 2)


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ({"seats": 17}, "seats", "18 élèves ont déjà leur place : gardez 18 au moins. Refusez d'abord un groupe."),
        ({"groups_max": 1}, "groups_max", "2 groupes viennent déjà : gardez 2 au moins. Refusez-en un d'abord."),
        (
            {"company_places": 0},
            "company_places",
            "1 personne d'entreprise est déjà annoncée : gardez 1 au moins. Prévenez d'abord les entreprises.",
        ),
    ],
)
async def test_shrinking_below_what_is_taken_is_refused_in_words(lycee, asked, field, sentence):
    slot = await lycee.slot(seats_taken=18, groups_max=2, groups_taken=2, company_places_taken=1)
    with pytest.raises(BelowTaken) as no:
        await resize_slot(slot, ResizeSlot(**asked), school=lycee.school)
    assert (no.value.field, no.value.sentence) == (field, sentence)


async def test_a_slot_does_not_outgrow_its_room_nor_change_once_done(lycee):
    slot, done = await lycee.slot(), await lycee.slot(starts_at=NOW - timedelta(days=2), state="done")
    for number, asked, refusal in ((slot, 25, Invalid), (slot, 0, Invalid), (done, 20, SlotDone), (9999, 20, NotFound)):
        with pytest.raises(refusal):
            await resize_slot(number, ResizeSlot(seats=asked), school=lycee.school)


async def test_a_slot_called_off_says_why_and_gives_its_places_and_room_back(lycee):
    slot = await lycee.slot(seats_taken=20, groups_taken=1, company_places_taken=2)
    await call_off_slot(slot, CallOffSlot(reason="  Machine  en panne "), school=lycee.school)
    kept = await row("SELECT state, reason, seats_taken, groups_taken, company_places_taken, version FROM slots")
    assert tuple(kept) == ("called_off", "Machine en panne", 0, 0, 0, 1)
    await lycee.slot()
    with pytest.raises(SlotCalledOff):
        await call_off_slot(slot, CallOffSlot(reason="Encore"), school=lycee.school)


@pytest.mark.parametrize("reason", ["  ", "x" * 301])
async def test_calling_off_needs_a_reason_of_a_few_words(lycee, reason):
    slot = await lycee.slot()
    with pytest.raises(Invalid):
        await call_off_slot(slot, CallOffSlot(reason=reason), school=lycee.school)
    assert await value("SELECT state FROM slots") == "open"


async def test_a_moved_slot_has_its_deadlines_anew_on_working_days(lycee):
    slot = await lycee.slot()
    await builders.closure(school=lycee.school, on=date(2027, 4, 9))
    await lycee.move(slot, "2027-04-12 09:00")
    [told] = await rows("SELECT settles_at, list_locks_at, eve_at FROM slots WHERE id = $1", slot)
    assert tuple(told) == (paris("2027-04-05 09:00"), paris("2027-04-08 09:00"), paris("2027-04-08 08:00"))
