from __future__ import annotations

import asyncio
import uuid

import pytest

from booking.visits.attendance.acts import WithdrawComing
from booking.visits.attendance.change import withdraw
from booking.visits.reservations.acts import CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.slot_changes.call_off import CallOffDone, call_off
from booking.visits.slot_changes.rules import PupilsAreHere
from tests import builders
from tests.booking.visits.attendance.test_announce import a_company, come
from tests.booking.visits.reservations.demands import College
from tests.booking.visits.slot_changes.full_slot import STATES, FullSlot, a_full_slot, a_lycee, told
from tests.builders import NOW
from tests.seen import first, seen
from tests.telling import tell
from workshops.database import rows, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.call_off import CallOffSlot
from workshops.slots.rules import SlotCalledOff, SlotDone

REASON = "La découpeuse est en panne"


async def called_off(full: FullSlot, *, reason: str = REASON) -> CallOffDone:
    return await call_off(full.slot, CallOffSlot(reason=reason), school=full.school, by=full.host, now=NOW)


async def test_calling_off_ends_every_visit_and_gives_every_place_back(db):
    full = await a_full_slot()
    done = await called_off(full)
    assert (done.groups, done.companies) == (5, 1)
    ended = await seen("SELECT state, sequence, reason, hold_until FROM reservations")
    assert ended == [("called_off", 1, REASON, None)] * 5
    assert await first("SELECT state, sequence FROM attendances") == ("called_off", 1)
    expected = ("called_off", REASON, 0, 0, 0)
    assert await first("SELECT state, reason, seats_taken, groups_taken, company_places_taken FROM slots") == expected


async def test_everyone_is_told_once_and_the_lycee_of_the_visits_in_its_agenda(db):
    full = await a_full_slot()
    await called_off(full)
    visits = full.reservations
    assert await told() == [
        *(("slot_called_off", f"{state}@example.org", visits[state]) for state in STATES),
        ("slot_called_off", "ines@example.org", full.attendance),
        ("slot_called_off", f"marc{full.school}@example.org", visits["confirmed"]),
        ("slot_called_off", f"marc{full.school}@example.org", visits["locked"]),
    ]


async def test_the_journal_keeps_who_called_it_off_and_each_visit_that_ended(db):
    full = await a_full_slot()
    await called_off(full)
    assert await seen("SELECT act, by, count(*) FROM events GROUP BY act, by ORDER BY act") == [
        ("attendance_call_off", full.host, 1),
        ("reservation_call_off", full.host, 5),
        ("slot_called_off", full.host, 1),
    ]
    assert await value("SELECT detail FROM events WHERE act = 'slot_called_off'") == "5 groupes, 1 entreprises"


async def test_what_had_ended_before_stays_as_it_was(db):
    full = await a_full_slot()
    gone = await builders.reservation(slot=full.slot, group=await builders.group(), state="cancelled_by_teacher")
    await called_off(full)
    assert await value("SELECT state FROM reservations WHERE id = $1", gone) == "cancelled_by_teacher"


async def test_calling_off_needs_a_reason_and_happens_once(db):
    full = await a_full_slot()
    with pytest.raises(Invalid):
        await called_off(full, reason=" ")
    await called_off(full)
    with pytest.raises(SlotCalledOff):
        await called_off(full)
    assert len(await told()) == 8


async def test_a_visit_that_is_closed_or_has_pupils_in_it_is_not_called_off(db):
    full = await a_full_slot(starts_at=NOW)
    await builders.badges(full.reservations["confirmed"], numbers=1)
    scanned = "INSERT INTO presences (badge, slot, scan, first_scanned_at) SELECT id, $1, $2, $3 FROM badges"
    await rows(scanned, full.slot, uuid.uuid4(), NOW)
    with pytest.raises(PupilsAreHere):
        await called_off(full)
    assert (await value("SELECT state FROM slots"), await told()) == ("open", [])
    await rows("UPDATE slots SET state = 'done'")
    with pytest.raises(SlotDone):
        await called_off(full)


async def test_the_slot_of_another_lycee_does_not_exist_here(db):
    full = await a_full_slot()
    other, stranger = await a_lycee("Lycée Edgar Faure")
    with pytest.raises(NotFound):
        await call_off(full.slot, CallOffSlot(reason=REASON), school=other, by=stranger, now=NOW)


async def test_bookings_at_the_same_moment_leave_no_seat_behind_and_nobody_untold(db):
    full = await a_full_slot(seats=200, groups_max=20)
    before = await value("SELECT count(*) FROM reservations")

    async def books() -> object:
        return await (await College.new()).ask(full.slot, pupils=10, wait=True)

    async def leaves(state: str) -> object:
        visit = full.reservations[state]
        school, by = await first("SELECT school, booked_by FROM reservations WHERE id = $1", visit)
        return await cancel(visit, CancelVisit(), role="teacher", school=school, by=by, now=NOW)

    async def comes() -> object:
        return await come(full.slot, *await a_company(), people=1)

    async def goes() -> object:
        return await withdraw(full.attendance, WithdrawComing(), company=full.company, by=full.host, now=NOW)

    acts = [books() for _ in range(8)] + [leaves("confirmed"), leaves("waiting"), comes(), goes()]
    answers = await asyncio.gather(*acts[:4], called_off(full), *acts[4:], return_exceptions=True)
    crashes = [one for one in answers if isinstance(one, Exception) and type(one).__module__.startswith("asyncpg")]
    assert crashes == []

    expected = ("called_off", 0, 0, 0)
    assert await first("SELECT state, seats_taken, groups_taken, company_places_taken FROM slots") == expected
    assert await value("SELECT count(*) FROM reservations WHERE state = ANY ($1)", STATES) == 0
    assert await value("SELECT count(*) FROM attendances WHERE state = 'announced'") == 0
    ended = await value("SELECT count(*) FROM reservations WHERE state = 'called_off'")
    await tell()
    assert await value("SELECT count(*) FROM notices WHERE kind = 'slot_called_off' AND reader = 'teacher'") == ended
    assert ended >= before - 2


async def test_first_names_are_erased_with_the_slot(db):
    full = await a_full_slot()
    await builders.badges(full.reservations["confirmed"], numbers=2)
    await rows("UPDATE badges SET first_name = 'Inès'")
    await called_off(full)
    assert await value("SELECT count(*) FROM badges WHERE first_name <> ''") == 0
