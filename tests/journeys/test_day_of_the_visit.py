"""From a teacher's reservation to the coordinator's figure, over the API: book, print, scan, build, close, count."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from typing import Any

import pypdfium2
import zxingcpp

from booking.people.accounts.token import issue_token
from booking.visits.badge_codes.rules import hash_of
from tests import builders
from tests.browsing import Machine
from tests.builders import NOW, paris
from workshops.database import rows

DAY = paris("2027-03-25 09:00")
NINE_FOUR = paris("2027-03-25 09:04")
NOON = paris("2027-03-25 12:05")
PIXELS_PER_POINT = 4


async def machine_of(app, role: str, **place: int) -> Machine:
    await builders.person(role, f"{role}@example.org", **place)
    token = secrets.token_urlsafe(32)
    await issue_token(f"{role}@example.org", token=token, now=NOW)
    return Machine(app, token)


def read_off(sheet: bytes) -> list[str]:
    """Every badge of a printed sheet, as a camera reads them, in the order of the pages."""
    pages = (page.render(scale=PIXELS_PER_POINT).to_pil() for page in pypdfium2.PdfDocument(sheet))
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


def a_scan(slot: int, badge: str) -> dict[str, Any]:
    return {"scan_id": str(uuid.uuid4()), "slot_id": slot, "badge": badge, "scanned_at": NINE_FOUR.isoformat()}


async def test_a_group_is_booked_printed_scanned_by_two_phones_and_counted(app):
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    clock = await builders.tech_object(name="Horloge en laiton")
    slot = await builders.slot(workshop=await builders.workshop(host=lycee, objects=(clock,)), starts_at=DAY)
    teacher = await machine_of(app, "teacher", school=college)
    host = await machine_of(app, "host", school=lycee)
    coordinator = await machine_of(app, "coordinator")

    app.state.clock = lambda: NOW
    group = await builders.group(school=college, name="4e B")
    asked = {"slot_id": slot, "group_id": group, "pupils": 24, "adults": 2}
    booked = (await teacher.post("/reservations", asked)).json()
    sheet = await teacher.get(f"/reservations/{booked['id']}/badges.pdf")
    printed = read_off(sheet.content)
    assert (booked["state"], len(set(printed)), len(printed)) == ("confirmed", 29, 29)
    pupils = {one["token_hash"] for one in await rows("SELECT token_hash FROM badges WHERE kind = 'pupil'")}
    badges = [badge for badge in printed if hash_of(badge) in pupils]

    app.state.clock = lambda: NINE_FOUR
    one_phone = [a_scan(slot, badge) for badge in badges[:20]]
    the_other = [a_scan(slot, badge) for badge in reversed(badges[:22])]
    answers = await asyncio.gather(
        *(host.post("/checkins", {"scans": scans}) for scans in (one_phone, the_other, one_phone))
    )
    first, second, repeated = ([told["result"] for told in answer.json()["results"]] for answer in answers)
    assert (first.count("present") + second.count("present"), first.count("already") + second.count("already")) == (
        22,
        20,
    )
    assert repeated == first
    roster = (await host.get(f"/slots/{slot}/roster")).json()
    here = sum(badge["present"] for badge in roster["groups"][0]["badges"])
    assert (roster["present"], here) == (22, 22)

    app.state.clock = lambda: NOON
    built = {"object_id": clock, "made": 24, "finished": 22, "working": 21, "taken_home": 22}
    assert (await host.post(f"/reservations/{booked['id']}/builds", built)).status_code == 201
    counted = {"headcounts": [{"reservation_id": booked["id"], "pupils": 23, "adults": 2, "note": "Badge oublié"}]}
    closed = await host.post(f"/slots/{slot}/closure", counted)
    assert (closed.status_code, closed.json()["state"]) == (201, "done")
    seen = (await teacher.get(f"/reservations/{booked['id']}")).json()
    assert seen["state"] == "attended"

    await builders.target()
    results = (await coordinator.get("/results?from=2027-03-01&to=2027-03-31")).json()
    assert [(one["programme"], one["done"], one["target"]) for one in results["targets"]] == [("technilab", 23, 6000)]
