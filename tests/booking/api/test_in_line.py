"""A demand that has no place yet says by machine what its page says: its rank, or the hour of its draw."""

from __future__ import annotations

from datetime import timedelta

from tests import builders
from tests.booking.api.test_reservations import a_machine, demand
from tests.builders import NOW
from workshops.database import value

STANDS = ("state", "rank", "draw_number", "draws_at")


async def asked_and_read(app, slot: int) -> tuple[list, list]:
    """How a demand of one more collège stands, as its answer says and as it is read afterwards."""
    college = await builders.school()
    machine = await a_machine(app, school=college)
    made = await machine.post("/reservations", demand(slot, await builders.group(school=college), wait=True))
    assert made.status_code == 201, made.text
    read = (await machine.get(f"/reservations/{made.json()['id']}")).json()
    return [made.json()[one] for one in STANDS], [read[one] for one in STANDS]


async def test_a_group_that_waits_is_told_its_rank_and_one_that_has_its_place_none(app):
    app.state.clock = lambda: NOW
    slot = await builders.slot(seats=24)
    told = [await asked_and_read(app, slot) for _ in range(3)]
    stands = [["confirmed", None, None, None], ["waiting", 1, None, None], ["waiting", 2, None, None]]
    assert told == [(one, one) for one in stands]


async def test_a_demand_to_a_drawn_opening_is_told_its_number_and_the_hour(app):
    app.state.clock = lambda: NOW
    slot, draws_at = await builders.slot(), NOW + timedelta(minutes=59)
    await builders.opening(opens_at=NOW - timedelta(minutes=1), draws_at=draws_at, seed=bytes(32))
    asked, read = await asked_and_read(app, slot)
    number = await value("SELECT number FROM demands")
    assert asked == read == ["in_draw", None, number, f"{draws_at:%Y-%m-%dT%H:%M:%SZ}"]


async def test_a_demand_made_twice_under_its_key_is_told_the_same_rank(app):
    app.state.clock = lambda: NOW
    slot, college = await builders.slot(seats=24), await builders.school()
    await asked_and_read(app, slot)
    machine, group = await a_machine(app, school=college), await builders.group(school=college)
    sent = {"json": demand(slot, group, wait=True), "headers": {"Idempotency-Key": "once"}}
    first, again = [await machine.client.post("/reservations", **sent) for _ in range(2)]
    assert first.json() == again.json()
    assert (again.json()["state"], again.json()["rank"]) == ("waiting", 1)
