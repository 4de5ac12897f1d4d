"""A rush: so many requests are worked on at once, the others wait for their turn or are told when to come back."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from pathlib import Path

import pytest

from booking.door.http.admission import COME_BACK, Busy, Turns
from booking.process.logs import JsonFormatter, TextFormatter
from tests import builders
from tests.booking.api.test_reservations import a_machine, demand
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.crossing import elsewhere, until_one_waits
from workshops.database import transaction, value

GUIDE = Path(__file__).parents[4] / "docs" / "what_to_do.md"
SENTENCE = (
    "Beaucoup de demandes arrivent en même temps et rien n'a été enregistré de la vôtre. Recommencez dans une"
    " demi-minute."
)


@pytest.fixture
async def rush(app):
    """(a machine of each of two collèges, their groups, a slot), at a site that works on one act at a time."""
    app.state.clock = lambda: NOW
    app.state.admission.acts = Turns(1, patience=0.3, most_waiting=2)
    colleges = [await builders.school(), await builders.school()]
    machines = [await a_machine(app, school=college) for college in colleges]
    groups = [await builders.group(school=college) for college in colleges]
    return machines, groups, await builders.slot(seats=48, groups_max=2)


async def test_who_comes_while_all_turns_are_taken_is_told_when_to_come_back_and_then_books(rush, app):
    (one, other), (first, second), slot = rush
    async with transaction():
        await value("SELECT id FROM slots WHERE id = $1 FOR UPDATE", slot)
        held = elsewhere(one.post("/reservations", demand(slot, first)))
        await until_one_waits()
        refused = await elsewhere(other.post("/reservations", demand(slot, second)))
        # Who only reads waits for nobody who acts, nor do machines that watch.
        assert (await elsewhere(Browser(app).get("/creneaux"))).status_code == 200
        assert (await elsewhere(Browser(app).get("/health/live"))).status_code == 200
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/busy")
    assert int(refused.headers["retry-after"]) in COME_BACK
    assert (await held).json()["state"] == "confirmed"
    assert (await other.post("/reservations", demand(slot, second))).json()["state"] == "confirmed"


@pytest.mark.parametrize("form", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
async def test_what_the_guide_types_finds_in_the_log_who_was_told_to_come_back(rush, app, caplog, form):
    (pattern,) = re.findall(r'--grep "([^"|]+)" --no-pager$', GUIDE.read_text(), re.MULTILINE)
    caplog.set_level(logging.INFO, "technilab.requests")
    (one, other), (first, second), slot = rush
    async with transaction():
        await value("SELECT id FROM slots WHERE id = $1 FOR UPDATE", slot)
        held = elsewhere(one.post("/reservations", demand(slot, first)))
        await until_one_waits()
        assert (await elsewhere(other.post("/reservations", demand(slot, second)))).status_code == 503
    assert (await held).status_code == 201
    told = [form.format(record) for record in caplog.records if record.name == "technilab.requests"]
    assert [re.search(pattern, line) is not None for line in told] == [True, False]


async def test_who_waits_has_her_turn_as_soon_as_it_comes(rush):
    (one, other), (first, second), slot = rush
    async with transaction():
        await value("SELECT id FROM slots WHERE id = $1 FOR UPDATE", slot)
        held = elsewhere(one.post("/reservations", demand(slot, first)))
        await until_one_waits()
        waits = elsewhere(other.post("/reservations", demand(slot, second)))
        await asyncio.sleep(0.1)
        assert not waits.done()
    assert [(await each).json()["state"] for each in (held, waits)] == ["confirmed"] * 2


async def test_a_person_reads_in_her_own_words_that_nothing_was_done(rush, app):
    (one, _), (first, _), slot = rush
    teacher = await Browser(app, now=NOW).sign_in(await builders.person("teacher", school=await builders.school()))
    async with transaction():
        await value("SELECT id FROM slots WHERE id = $1 FOR UPDATE", slot)
        held = elsewhere(one.post("/reservations", demand(slot, first)))
        await until_one_waits()
        answer = await elsewhere(teacher.post("/compte/profil", {"name": "Nouvelle Venue"}))
    assert (answer.status_code, SENTENCE in read(answer)) == (503, True)
    assert int(answer.headers["retry-after"]) in COME_BACK
    await held


async def test_the_desk_and_a_body_that_is_still_under_way_wait_for_nobody(rush, app):
    (one, other), (first, _), slot = rush
    lycee = await builders.school(kind="lycee")
    host, visit = await a_machine(app, "host", school=lycee), await builders.slot(school=lycee)
    sends = asyncio.Event()
    scan = {"scan_id": str(uuid.uuid4()), "slot_id": visit, "badge": "K7Q2MR", "scanned_at": NOW.isoformat()}

    async def slowly():
        yield b"{"

        await sends.wait()
        yield b"}"

    headers = {"Authorization": other.client.headers["authorization"], "Content-Type": "application/json"}
    slow = elsewhere(Browser(app).client.post("/api/v1/reservations", content=slowly(), headers=headers))
    async with transaction():
        await value("SELECT id FROM slots WHERE id = $1 FOR UPDATE", slot)
        held = elsewhere(one.post("/reservations", demand(slot, first)))
        await until_one_waits()
        assert (await elsewhere(host.post("/checkins", {"scans": [scan]}))).status_code == 200
    sends.set()
    assert (await slow).status_code == 422
    assert (await held).status_code == 201


async def test_turns_come_in_order_and_those_beyond_what_can_be_served_are_refused_at_once():
    turns = Turns(1, patience=30, most_waiting=2)
    await turns.take()
    had: list[int] = []

    async def wait(number: int) -> None:
        await turns.take()
        had.append(number)
        turns.end()

    waiting = [asyncio.create_task(wait(number)) for number in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await turns.take()
    turns.end()
    await asyncio.gather(*waiting)
    assert had == [1, 2]
    await turns.take()


async def test_who_gave_up_waiting_takes_no_turn_away():
    turns = Turns(1, patience=0.01)
    await turns.take()
    for _ in range(3):
        with pytest.raises(Busy):
            await turns.take()
    turns.end()
    await turns.take()


async def test_who_comes_back_does_not_come_all_at_once():
    assert len({Busy().retry_after for _ in range(200)}) > 10
