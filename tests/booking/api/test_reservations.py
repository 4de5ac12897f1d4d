"""Reservations by machine: the same acts, problem+json for every no, and few statements."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from booking.people.accounts.token import issue_token
from booking.visits.reservations.book import refused_lately
from tests import builders
from tests.browsing import Machine
from tests.builders import NOW
from tests.seen import seen
from tests.statements import statements_of
from workshops.database import rows, value

OPINION = {"built_as_told": "yes", "level_suited": "partly", "would_return": "no"}


async def a_machine(app, role: str = "teacher", *, school: int | None = None, company: int | None = None) -> Machine:
    account = await builders.person(role, school=school, company=company)
    token = secrets.token_urlsafe(32)
    await issue_token(await value("SELECT email FROM accounts WHERE id = $1", account), token=token, now=NOW)
    return Machine(app, token)


@pytest.fixture
async def world(app):
    """(machine, college, group, slot) with the clock at NOW."""
    app.state.clock = lambda: NOW
    college = await builders.school()
    machine = await a_machine(app, school=college)
    return machine, college, await builders.group(school=college), await builders.slot(seats=48, groups_max=2)


def demand(slot: int, group: int, **changed) -> dict:
    return {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2} | changed


async def test_a_reservation_is_made_read_and_cancelled(world):
    machine, _, group, slot = world
    made = await machine.post("/reservations", demand(slot, group))
    assert (made.status_code, made.json()["state"], made.json()["sequence"]) == (201, "confirmed", 0)
    seen = (await machine.get(f"/reservations/{made.json()['id']}")).json()
    assert (seen["uid"], seen["acts"]) == (made.json()["uid"], ["cancel", "headcount", "move", "say_coming"])
    ended = await machine.post(f"/reservations/{seen['id']}/cancellation", {"reason": "Grève"})
    assert ended.json() == {"id": seen["id"], "state": "cancelled_by_teacher"}


async def test_an_invitation_is_the_same_until_the_visit_changes(world):
    machine, college, group, slot = world
    made = await builders.reservation(slot=slot, group=group, changed_at=NOW - timedelta(days=3))
    place = f"/reservations/{made}/invitation.ics"
    first = await machine.get(place)
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    assert b"\r\nDTSTAMP:20270108T080000Z\r\n" in first.content
    mark = {"If-None-Match": f'"another", {first.headers["etag"]}'}
    machine.client._transport.app.state.clock = lambda: NOW + timedelta(hours=1)
    again = await machine.client.get(place, headers=mark)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    colleague = await a_machine(machine.client._transport.app, school=college)
    assert (await colleague.client.get(place, headers=mark)).status_code == 200
    await rows("UPDATE reservations SET pupils = 20, sequence = 1, changed_at = $1", NOW)
    changed = await machine.client.get(place, headers=mark)
    assert (changed.status_code, b"\r\nDTSTAMP:20270111T080000Z\r\n" in changed.content) == (200, True)


@pytest.mark.parametrize(
    ("slot", "problem"),
    [
        ({"seats": 20}, "group-too-big"),
        ({"seats": 24, "seats_taken": 20}, "slot-full"),
        ({"booking_closes_at": NOW}, "too-late"),
        ({"starts_at": NOW - timedelta(days=1)}, "too-late"),
        ({"levels": ["6e"]}, "wrong-level"),
        ({"state": "called_off", "reason": "Grève"}, "host-closed"),
    ],
)
async def test_each_no_is_a_problem_with_its_own_type_and_sentence(world, slot, problem):
    machine, _, group, _ = world
    answer = await machine.post("/reservations", demand(await builders.slot(**slot), group))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{problem}"
    assert answer.json()["detail"].endswith(".")
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_a_group_already_visiting_is_busy(world):
    machine, _, group, slot = world
    await machine.post("/reservations", demand(slot, group))
    answer = await machine.post("/reservations", demand(await builders.slot(), group))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/group-busy")


async def test_a_body_that_cannot_be_is_refused_field_by_field(world):
    machine, _, group, slot = world
    answer = await machine.post("/reservations", demand(slot, group, pupils=0, adults=0, surprise=1))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert set(answer.json()["errors"]) == {"pupils", "adults", "surprise"}
    assert await value("SELECT count(*) FROM reservations") == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/invitation.ics", None),
        ("GET", "/badges.pdf", None),
        ("POST", "/cancellation", {"reason": "x"}),
        ("POST", "/move", {"to_slot_id": 1}),
        ("PUT", "/headcount", {"pupils": 2, "adults": 1}),
        ("POST", "/acceptance", {}),
        ("POST", "/refusal", {}),
        ("POST", "/paper-visa", {"signed_by": "x", "signed_on": "2027-01-08"}),
        ("POST", "/approval-request", {}),
        ("POST", "/opinion", OPINION),
        ("PUT", "/thanks", {"thanks": "Merci."}),
    ],
)
async def test_another_schools_reservation_is_not_found(world, method, path, body):
    machine, _, _, slot = world
    others = await builders.reservation(slot=slot, group=await builders.group())
    answer = await machine.client.request(method, f"/reservations/{others}{path}", json=body)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_closed_visit_is_judged_once_by_three_answers(world):
    machine, college, _, _ = world
    slot = await builders.slot(starts_at=NOW - timedelta(days=2))
    visit = await builders.reservation(slot=slot, group=await builders.group(school=college), state="attended")
    path = f"/reservations/{visit}/opinion"
    odd = await machine.post(path, OPINION | {"level_suited": "rather"})
    assert (odd.status_code, odd.json()["type"]) == (422, "/problems/invalid")
    told = await machine.post(path, OPINION)
    assert (told.status_code, told.json()) == (200, {"id": visit, "state": "attended"})
    again = await machine.post(path, OPINION)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/opinion-given")
    counted = await seen("SELECT question, answer, visits FROM opinions ORDER BY question")
    assert counted == [("again", "no", 1), ("built", "yes", 1), ("level", "partly", 1)]


async def test_a_place_is_waited_for_offered_taken_moved_and_resized(world):
    machine, college, _, _ = world
    full = await builders.slot(seats=24, starts_at=NOW + timedelta(days=30))
    holder = await builders.school()
    other = await a_machine(machine.client._transport.app, school=holder)
    held = (await other.post("/reservations", demand(full, await builders.group(school=holder)))).json()
    waiting = await machine.post("/reservations", demand(full, await builders.group(school=college), wait=True))
    assert (waiting.status_code, waiting.json()["state"]) == (201, "waiting")
    await other.post(f"/reservations/{held['id']}/cancellation", {"reason": ""})
    place = f"/reservations/{waiting.json()['id']}"
    assert (await machine.get(place)).json()["acts"] == ["accept", "cancel"]
    assert (await machine.post(f"{place}/acceptance", {"pupils": 20})).json()["state"] == "confirmed"
    elsewhere = await builders.slot(starts_at=NOW + timedelta(days=40))
    moved = await machine.post(f"{place}/move", {"to_slot_id": elsewhere})
    assert (moved.status_code, moved.json()["slot_id"]) == (200, elsewhere)
    resized = await machine.client.put(f"{place}/headcount", json={"pupils": 22, "adults": 3})
    assert resized.json()["sequence"] == moved.json()["sequence"] + 1


@pytest.mark.parametrize("pupils", [1, 24, 60])
async def test_a_reservation_costs_two_statements_whatever_the_groups_size(world, pupils):
    machine, college, _, _ = world
    slot, group = await builders.slot(seats=60), await builders.group(school=college, pupils=pupils)
    # Once a day, a token notes that it serves.
    await machine.get("/groups")
    refused_lately.clear()
    sent = await statements_of(lambda: machine.post("/reservations", demand(slot, group, pupils=pupils)))
    assert (await value("SELECT pupils FROM reservations"), await value("SELECT count(*) FROM badges")) == (pupils, 0)
    # Who calls; everything that is read and written.
    assert len(sent) == 2


async def test_a_change_beyond_the_visa_waits_for_another_one_and_says_so(app):
    app.state.clock = lambda: NOW
    college = await builders.school(needs_approval=True, principal_mail="principale@example.org")
    machine = await a_machine(app, school=college)
    group, slot = await builders.group(school=college), await builders.slot(seats=48, groups_max=2)
    elsewhere = await builders.slot(seats=48)
    made = (await machine.post("/reservations", demand(slot, group))).json()
    place = f"/reservations/{made['id']}"
    signed = await machine.post(f"{place}/paper-visa", {"signed_by": "Mme Perrin", "signed_on": "2027-01-10"})
    assert signed.json() == {"id": made["id"], "state": "confirmed"}

    moved = (await machine.post(f"{place}/move", {"to_slot_id": elsewhere})).json()
    change = moved["change_id"]
    assert moved == {"id": made["id"], "slot_id": slot, "sequence": 1, "change_id": change}
    seen = (await machine.get(place)).json()
    assert (seen["slot_id"], seen["change_id"], seen["acts"]) == (slot, change, ["cancel", "move", "say_coming"])
    assert (await machine.get(f"/reservations/{change}")).json()["replaces_id"] == made["id"]

    again = {"signed_by": "Mme Perrin", "signed_on": "2027-01-11"}
    signed = await machine.post(f"/reservations/{change}/paper-visa", again)
    assert signed.json() == {"id": made["id"], "state": "confirmed"}
    assert (await machine.get(f"/reservations/{change}")).status_code == 404
    assert (await machine.get(place)).json()["slot_id"] == elsewhere

    counted = await machine.client.put(f"{place}/headcount", json={"pupils": 24, "adults": 4})
    told = {"id": made["id"], "pupils": 24, "adults": 2, "adults_asked": 4, "sequence": 2}
    assert counted.json() == told
    again = await machine.client.put(f"{place}/headcount", json={"pupils": 24, "adults": 4})
    assert again.json() == told
