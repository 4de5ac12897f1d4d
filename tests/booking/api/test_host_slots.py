from __future__ import annotations

from booking.people.accounts.token import issue_token
from tests import builders
from tests.application import application
from tests.browsing import Machine
from tests.builders import NOW, paris
from workshops.database import row, value

APP = application(now=lambda: NOW)
HOURS = {"starts_at": "2027-03-25T08:30:00+01:00", "ends_at": "2027-03-25T12:00:00+01:00", "seats": 24}


async def a_host(role: str = "host") -> tuple[int, Machine]:
    school = await builders.school(kind="lycee" if role == "host" else "college")
    marc = await builders.account(f"{role}{school}@example.org")
    membership = await builders.membership(marc, role, school=school)
    await issue_token(
        f"{role}{school}@example.org", token=f"token-{school}", label="test", membership=membership, now=NOW
    )
    return school, Machine(APP, f"token-{school}")


async def test_a_lycee_opens_a_slot_by_the_api(db):
    school, machine = await a_host()
    workshop, room = await builders.workshop(host=school), await builders.room(school=school)
    asked = {"workshop_id": workshop, "room_id": room, "company_places": 3, **HOURS}
    answer = await machine.post("/slots", asked | {"booking_closes_at": "2027-03-17T18:00:00+01:00"})
    slot = await value("SELECT id FROM slots")
    assert (answer.status_code, answer.json()) == (201, {"id": slot, "state": "open"})
    kept = await row("SELECT starts_at, ends_at, booking_closes_at, seats, room, company_places FROM slots")
    assert tuple(kept) == (
        paris("2027-03-25 08:30"),
        paris("2027-03-25 12:00"),
        paris("2027-03-17 18:00"),
        24,
        room,
        3,
    )


async def test_refusals_are_problems_with_a_stable_type(db):
    school, machine = await a_host()
    other, _ = await a_host()
    workshop, room = await builders.workshop(host=school), await builders.room(school=school)
    there = await builders.slot(workshop=workshop, room=room, starts_at=paris("2027-03-25 09:00"))
    draft = await builders.workshop(host=school, state="draft")
    good = {"workshop_id": workshop, **HOURS}
    asked = {
        "room-taken": (409, good | {"room_id": room}),
        "workshop-not-published": (409, good | {"workshop_id": draft}),
        "not-found": (404, good | {"workshop_id": await builders.workshop(host=other)}),
        "invalid": (422, good | {"seats": 500}),
    }
    for kind, (status, body) in asked.items():
        answer = await machine.post("/slots", body)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), kind
        assert answer.json().get("slot_id") == (there if kind == "room-taken" else None)
    assert await value("SELECT count(*) FROM slots") == 1


async def test_an_hour_without_its_offset_and_an_unknown_field_are_refused(db):
    school, machine = await a_host()
    good = {"workshop_id": await builders.workshop(host=school), **HOURS}
    for body in (good | {"starts_at": "2027-03-25T08:30:00"}, good | {"colour": "bleu"}):
        answer = await machine.post("/slots", body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert await value("SELECT count(*) FROM slots") == 0


async def test_a_teacher_opens_no_slot(db):
    _, machine = await a_host("teacher")
    answer = await machine.post("/slots", {"workshop_id": await builders.workshop(), **HOURS})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-yours")
