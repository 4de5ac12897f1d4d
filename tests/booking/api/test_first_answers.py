"""What makes something under a key makes it once: whoever sends it again gets the first answer, and nobody else's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from httpx import Response

from booking.people.accounts.token import issue_token
from booking.year.purge import purge
from tests import builders
from tests.booking.api.test_host_slots import APP, HOURS, a_host
from tests.booking.api.test_webhooks import URL
from tests.booking.mails.webhooks.told import BOOKED
from tests.browsing import Machine
from tests.builders import NOW
from tests.contract import document
from workshops.database import rows, value

KEY = {"Idempotency-Key": "une-fois"}
GROUP = {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"}
COMPARED = ("content-type", "content-length", "location")


def told(answer: Response) -> tuple[object, ...]:
    return answer.status_code, answer.content, *(answer.headers.get(name) for name in COMPARED)


def test_whatever_makes_something_takes_a_key():
    without = [
        f"{method} {path}"
        for path, acts in document()["paths"].items()
        for method, act in acts.items()
        if "201" in act["responses"]
        and "Idempotency-Key" not in [one["name"] for one in act.get("parameters", ()) if one["in"] == "header"]
    ]
    assert without == []


async def test_the_same_again_makes_nothing_and_is_answered_as_the_first_time(db):
    _, machine = await a_host("teacher")
    first = await machine.post("/groups", GROUP, headers=KEY)
    assert first.status_code == 201
    await rows("UPDATE groups SET name = '4e Bleue'")
    # Written otherwise, it is the same.
    body = '{"school_year":"2026-2027",  "pupils":24, "level":"4e", "name":"4e B"}'
    json = {"Content-Type": "application/json"}
    again = await machine.client.post("/groups", content=body, headers=KEY | json)
    assert told(again) == told(first)
    assert await value("SELECT count(*) FROM groups") == 1
    assert await value("SELECT count(*) FROM events WHERE act = 'group_registered'") == 1
    assert (
        await machine.post("/groups", GROUP | {"name": "4e C"}, headers={"Idempotency-Key": "b"})
    ).status_code == 201


async def test_another_demand_under_the_same_key_is_refused_in_words(db):
    school, machine = await a_host()
    workshop, room = await builders.workshop(host=school), await builders.room(school=school)
    slot = {"workshop_id": workshop, "room_id": room, **HOURS}
    assert (await machine.post("/slots", slot, headers=KEY)).status_code == 201
    for path, body in (("/slots", slot | {"company_places": 2}), ("/rooms", {"name": "Atelier 3", "seats": 20})):
        other = await machine.post(path, body, headers=KEY)
        assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await value("SELECT count(*) FROM slots") == 1


async def test_the_keys_of_two_people_do_not_meet(db):
    (_, claire), (_, paul) = await a_host("teacher"), await a_host("teacher")
    both = [await one.post("/groups", GROUP, headers=KEY) for one in (claire, paul)]
    assert [one.status_code for one in both] == [201, 201]
    assert both[0].json()["id"] != both[1].json()["id"]
    again = [await one.post("/groups", GROUP, headers=KEY) for one in (claire, paul)]
    assert [told(one) for one in again] == [told(one) for one in both]


async def test_a_key_of_another_role_of_the_same_person_opens_no_answer(db):
    college, machine = await a_host("teacher")
    account = await value("SELECT account FROM memberships")
    elsewhere = await builders.membership(account, "teacher", school=await builders.school())
    await issue_token(f"teacher{college}@example.org", token="elsewhere", label="test", membership=elsewhere, now=NOW)
    await machine.post("/groups", GROUP, headers=KEY)
    other = await Machine(APP, "elsewhere").post("/groups", GROUP, headers=KEY)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_two_at_the_same_instant_make_one_thing(db):
    _, machine = await a_host("teacher")
    ten = await asyncio.gather(*(machine.post("/groups", GROUP, headers=KEY) for _ in range(10)))
    assert {told(one) for one in ten} == {told(ten[0])}
    assert (ten[0].status_code, await value("SELECT count(*) FROM groups")) == (201, 1)


async def test_what_is_refused_leaves_its_key_free(db):
    _, machine = await a_host("teacher")
    assert (await machine.post("/groups", GROUP | {"pupils": 0}, headers=KEY)).status_code == 422
    await machine.post("/groups", GROUP)
    assert (await machine.post("/groups", GROUP, headers=KEY)).status_code == 409
    assert await value("SELECT count(*) FROM first_answers") == 0
    assert (await machine.post("/groups", GROUP | {"name": "4e C"}, headers=KEY)).status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 81, "a\tb"])
async def test_a_key_that_nobody_can_read_is_refused(db, key):
    _, machine = await a_host("teacher")
    answer = await machine.post("/groups", GROUP, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {"Idempotency-Key": "Donnez de 1 à 80 caractères lisibles."},
    )


async def test_what_makes_nothing_pays_no_heed_to_a_key(db):
    _, host = await a_host()
    webhook = await builders.webhook(membership=await value("SELECT id FROM memberships"), url=URL, acts=BOOKED)
    assert (await host.post(f"/webhooks/{webhook}/pause", headers=KEY)).status_code == 200
    assert await value("SELECT count(*) FROM first_answers") == 0


async def test_an_answer_is_kept_for_two_days(db, tmp_path):
    _, machine = await a_host("teacher")
    await machine.post("/groups", GROUP, headers=KEY)
    await purge(data_dir=tmp_path, now=NOW + timedelta(days=1, hours=23))
    assert (await machine.post("/groups", GROUP, headers=KEY)).status_code == 201
    await purge(data_dir=tmp_path, now=NOW + timedelta(days=2, hours=1))
    assert await value("SELECT count(*) FROM first_answers") == 0
