"""Ranked wishes by machine."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.builders import NOW, paris


@pytest.fixture
async def world(app):
    """(machine, group, three slots of which the first is full) with the clock at NOW."""
    app.state.clock = lambda: NOW
    college = await builders.school()
    machine = await a_machine(app, school=college)
    slots = [await builders.slot(starts_at=paris(f"2027-03-{day} 09:00")) for day in (18, 19, 25)]
    await builders.reservation(slot=slots[0], group=await builders.group())
    return machine, await builders.group(school=college), slots


def a_wish(group: int, slots: list[int], **changed) -> dict:
    return {"group_id": group, "slot_ids": slots, "pupils": 24, "adults": 2} | changed


async def test_the_first_slot_that_can_be_had_is_taken(world):
    machine, group, slots = world
    answer = await machine.post("/wishes", a_wish(group, slots))
    assert answer.status_code == 201
    [made] = answer.json()["reservations"]
    assert (made["slot_id"], made["rank"], made["state"], made["sequence"]) == (slots[1], 2, "confirmed", 0)
    assert (await machine.get(f"/reservations/{made['id']}")).json()["uid"] == made["uid"]


async def test_a_repeat_under_one_key_gives_the_first_answer(world):
    machine, group, slots = world
    under = {"headers": {"Idempotency-Key": "une-fois"}}
    first, again = [await machine.post("/wishes", a_wish(group, slots), **under) for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = await machine.post("/wishes", a_wish(group, slots[1:]), **under)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"slot_ids": []}, 422, "invalid"),
        ({"slot_ids": [1, 1]}, 422, "invalid"),
        ({"slot_ids": [1, 2, 3, 4]}, 422, "invalid"),
        ({"slot_ids": [999]}, 404, "not-found"),
        ({"slot_ids": [1]}, 409, "slot-full"),
        ({"pupils": 30}, 409, "group-too-big"),
        ({"pupils": 30, "wait": True}, 409, "group-too-big"),
        ({"group_id": 999}, 404, "not-found"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused_as_a_problem(world, changed, status, problem):
    machine, group, slots = world
    assert slots == [1, 2, 3]
    answer = await machine.post("/wishes", a_wish(group, slots) | changed)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


async def test_a_full_wish_waits_for_each_slot(world):
    machine, group, slots = world
    for slot in slots[1:]:
        await builders.reservation(slot=slot, group=await builders.group())
    answer = await machine.post("/wishes", a_wish(group, slots, wait=True))
    ranks = [(one["rank"], one["state"]) for one in answer.json()["reservations"]]
    assert ranks == [(1, "waiting"), (2, "waiting"), (3, "waiting")]
