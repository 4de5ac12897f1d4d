"""An answer of the API says its type, its length and, where something was made, where it is read."""

from __future__ import annotations

import asyncio

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.browsing import Machine
from workshops.database import value

SAID = ("content-type", "content-length", "location", "cache-control")


def said(answer) -> dict[str, str]:
    return {name: told for name, told in answer.headers.items() if name in SAID}


async def test_what_is_read_and_what_was_made_say_their_type_length_and_address(app):
    app.state.clock = lambda: NINE_FOUR
    await builders.person("teacher", "claire@example.org", school=await builders.school())
    await issue_token("claire@example.org", token="claire", now=NINE_FOUR)
    machine = Machine(app, "claire")
    made = await machine.post("/groups", {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"})
    number = await value("SELECT id FROM groups")
    assert (made.status_code, made.json()["id"]) == (201, number)
    assert said(made) == {
        "content-type": "application/json",
        "content-length": str(len(made.content)),
        "location": f"/api/v1/groups/{number}",
        "cache-control": "no-store",
    }
    read = await machine.get("/me")
    length = str(len(read.content))
    expected = {"content-type": "application/json", "content-length": length, "cache-control": "no-store"}
    head = await machine.client.head("/me")
    assert (said(read), said(head), head.content) == (expected, expected, b"")


async def test_scans_that_come_at_once_are_answered_each_with_its_own(app):
    app.state.clock = lambda: NINE_FOUR
    day = await a_day()
    machine = Machine(app, await day.token())
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(8)]
    body = {"slot_id": day.slot, "scanned_at": NINE_FOUR.isoformat()}
    sent = [
        machine.post("/checkins", {"scans": [body | {"scan_id": one, "badge": badge}]})
        for one, badge in zip(ids, day.tokens, strict=False)
    ]
    told = [answer.json()["results"] for answer in await asyncio.gather(*sent)]
    assert [[(one["scan_id"], one["result"], one["number"]) for one in results] for results in told] == [
        [(one, "present", number)] for number, one in enumerate(ids, 1)
    ]
