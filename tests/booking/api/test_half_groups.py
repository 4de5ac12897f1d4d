"""The two halves of a class by machine."""

from __future__ import annotations

import hashlib

import pytest

from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.builders import NOW, paris
from workshops.database import value


@pytest.fixture
async def world(app):
    """(machine, a class of 27, two slots of one day in one lycée) with the clock at NOW."""
    app.state.clock = lambda: NOW
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    machine = await a_machine(app, school=college)
    slots = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {hour}")) for hour in ("09:00", "13:30")]
    return machine, await builders.group(school=college, pupils=27), slots


def two_halves(group: int, slots: list[int], pupils: tuple[int, ...] = (14, 13), **changed) -> dict:
    halves = [{"slot_id": slot, "pupils": count} for slot, count in zip(slots, pupils, strict=True)]
    return {"group_id": group, "halves": halves, "adults": 2} | changed


async def test_both_halves_are_had_in_one_demand(world):
    machine, group, slots = world
    answer = await machine.post("/half-groups", two_halves(group, slots))
    assert answer.status_code == 201
    first, second = answer.json()["reservations"]
    assert answer.headers["location"].endswith(f"/reservations/{first['id']}")
    assert [(one["half"], one["slot_id"], one["pupils"], one["state"]) for one in (first, second)] == [
        (1, slots[0], 14, "confirmed"),
        (2, slots[1], 13, "confirmed"),
    ]
    assert (await machine.get(f"/reservations/{second['id']}")).json()["uid"] == second["uid"]


async def test_a_repeat_under_one_key_gives_the_first_answer(world):
    machine, group, slots = world
    under = {"headers": {"Idempotency-Key": "une-fois"}}
    first, again = [await machine.post("/half-groups", two_halves(group, slots), **under) for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = await machine.post("/half-groups", two_halves(group, slots, (13, 14)), **under)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_repeat_of_before_an_upgrade_is_known_after_it(world):
    machine, group, slots = world
    under = {"headers": {"Idempotency-Key": "avant-la-mise-a-jour"}}
    assert (await machine.post("/half-groups", two_halves(group, slots), **under)).status_code == 201
    was = repr(((slots[0], 14, slots[1], 13), group, 14, 2, ""))
    kept = await value("SELECT asked FROM reservations WHERE idempotency_key = 'avant-la-mise-a-jour'")
    assert kept == hashlib.sha256(was.encode()).hexdigest()


@pytest.mark.parametrize(
    ("slots", "changed", "status", "problem"),
    [
        ([0], {}, 422, "invalid"),
        ([0, 0], {}, 422, "invalid"),
        ([0, None], {}, 404, "not-found"),
        ([0, 1], {"group_id": 999_999}, 404, "not-found"),
        ([0, 1], {"pupils": (14, 25)}, 409, "group-too-big"),
        ([0, 1], {"wait": "oui"}, 422, "invalid"),
    ],
)
async def test_halves_that_cannot_be_had_take_nothing(world, slots, changed, status, problem):
    machine, group, there = world
    chosen = [999_999 if one is None else there[one] for one in slots]
    pupils = changed.pop("pupils", (14, 13)[: len(chosen)])
    answer = await machine.post("/half-groups", two_halves(group, chosen, pupils, **changed))
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert await value("SELECT count(*) FROM reservations") == 0
    assert await value("SELECT sum(seats_taken)::int FROM slots") == 0


async def test_each_field_of_each_half_that_is_wrong_is_said_at_once(world):
    machine, group, (morning, _) = world
    halves = [{"slot_id": morning, "pupils": 61}, {"pupils": 13, "adults": 2}]
    answer = await machine.post("/half-groups", {"group_id": group, "halves": halves, "adults": 13})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {
            "halves.0.pupils": "Élèves : écrivez un nombre de 1 à 60.",
            "halves.1.adults": "Ce champ n'existe pas ici.",
            "halves.1.slot_id": "Ce champ est obligatoire.",
            "adults": "Adultes : écrivez un nombre de 1 à 12.",
        },
    )


async def test_two_objects_are_had_where_the_demand_says_that_they_are_meant_alone(world):
    machine, group, _ = world
    lycee, slots = await value("SELECT min(school) FROM slots"), []
    for hour, name in (("09:00", "Horloge"), ("13:30", "Lampe")):
        taught = await builders.workshop(host=lycee, objects=(await builders.tech_object(name=name),))
        slots.append(await builders.slot(workshop=taught, starts_at=paris(f"2027-03-25 {hour}")))
    for said in ({}, {"two_objects": False}):
        no = await machine.post("/half-groups", two_halves(group, slots, **said))
        assert (no.status_code, no.json()["type"]) == (409, "/problems/two-objects")
        assert "La première : Horloge. La deuxième : Lampe." in no.json()["detail"]
    assert await value("SELECT count(*) FROM reservations") == 0
    taken = await machine.post("/half-groups", two_halves(group, slots, two_objects=True))
    assert taken.status_code == 201
    assert [one["slot_id"] for one in taken.json()["reservations"]] == slots


async def test_where_a_slot_is_full_both_wait_if_that_is_asked(world):
    machine, group, slots = world
    await builders.reservation(slot=slots[1], group=await builders.group())
    no = await machine.post("/half-groups", two_halves(group, slots))
    assert (no.status_code, no.json()["type"]) == (409, "/problems/slot-full")
    answer = await machine.post("/half-groups", two_halves(group, slots, wait=True))
    assert answer.status_code == 201, answer.text
    halves = answer.json()["reservations"]
    assert [(half["half"], half["slot_id"], half["state"]) for half in halves] == [
        (1, slots[0], "waiting"),
        (2, slots[1], "waiting"),
    ]
    left = await machine.post(f"/reservations/{halves[1]['id']}/cancellation", {})
    assert left.json()["state"] == "cancelled_by_teacher"
    assert (await machine.get(f"/reservations/{halves[0]['id']}")).json()["state"] == "cancelled_by_teacher"
