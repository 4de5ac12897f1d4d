"""A response of the API has its content type, its length and, after a creation, the location of the new resource."""

from __future__ import annotations

import asyncio

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR
from tests.browsing import Machine
from workshops.database import value

COMPARED = ("content-type", "content-length", "location", "cache-control")


def headers_of(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in COMPARED}


async def test_reads_and_creations_have_their_type_length_and_location(app):
    app.state.clock = lambda: NINE_FOUR
    await builders.person("teacher", "claire@example.org", school=await builders.school())
    await issue_token("claire@example.org", token="claire", now=NINE_FOUR)
    machine = Machine(app, "claire")
    made = await machine.post("/groups", {"name": "4e B", "level": "4e", "pupils": 24, "school_year": "2026-2027"})
    number = await value("SELECT id FROM groups")
    assert (made.status_code, made.json()["id"]) == (201, number)
    assert headers_of(made) == {
        "content-type": "application/json",
        "content-length": str(len(made.content)),
        "location": f"/api/v1/groups/{number}",
        "cache-control": "no-store",
    }
    read = await machine.get("/me")
    length = str(len(read.content))
    expected = {"content-type": "application/json", "content-length": length, "cache-control": "no-store"}
    head = await machine.client.head("/me")
    assert (headers_of(read), headers_of(head), head.content) == (expected, expected, b"")


async def test_concurrent_scans_each_get_their_own_response(app, day, machine):
    app.state.clock = lambda: NINE_FOUR
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(8)]
    body = {"slot_id": day.slot, "scanned_at": NINE_FOUR.isoformat()}
    sent = [
        machine.post("/checkins", {"scans": [body | {"scan_id": scan_id, "badge": badge}]})
        for scan_id, badge in zip(ids, day.tokens, strict=False)
    ]
    responses = [answer.json()["results"] for answer in await asyncio.gather(*sent)]
    assert [[(scan["scan_id"], scan["result"], scan["number"]) for scan in results] for results in responses] == [
        [(scan_id, "present", number)] for number, scan_id in enumerate(ids, 1)
    ]
