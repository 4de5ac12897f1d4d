"""Subscriptions of other programs, for machines: read, paused and ended, never made."""

from __future__ import annotations

from tests import builders
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.mails.webhooks.told import BOOKED, a_visit, booked, tell_programs
from workshops.database import rows, value

URL = "https://agenda.example.org/technilab"


async def test_subscriptions_are_listed_with_what_failed_and_without_their_secret(db):
    lycee, host = await a_host()
    membership = await value("SELECT id FROM memberships")
    mine = [await builders.webhook(membership=membership, url=URL, acts=BOOKED) for _ in range(3)]
    other = await builders.membership(await builders.account(), "coordinator")
    await builders.webhook(membership=other, url=URL, acts=BOOKED)
    visit = await a_visit(lycee=lycee)
    await booked(visit)
    await tell_programs()
    missed = "UPDATE webhook_deliveries SET state = 'failed', attempts = 9, last_error = 'Le logiciel a répondu 503.'"
    await rows(f"{missed} WHERE webhook = $1", mine[1])
    assert await whole(host, "/webhooks", limit=2) == [mine[:2], mine[2:]]
    told = (await host.get(f"/webhooks/{mine[1]}")).json()
    (failure,) = told.pop("failures")
    assert told == {
        "id": mine[1],
        "label": "Emploi du temps",
        "url": URL,
        "acts": list(BOOKED),
        "created_at": "2027-01-11T08:00:00Z",
        "paused_at": None,
        "paused_why": None,
        "failing_since": None,
        "last_arrival_at": None,
        "undelivered": 0,
    }
    assert {name: failure[name] for name in ("act", "about_kind", "about", "state", "attempts", "error")} == {
        "act": "reservation_booked",
        "about_kind": "reservation",
        "about": visit,
        "state": "failed",
        "attempts": 9,
        "error": "Le logiciel a répondu 503.",
    }
    assert (await host.get(f"/webhooks/{mine[0]}")).json()["undelivered"] == 1


async def test_one_is_paused_taken_up_and_ended_and_none_is_made(db):
    _, host = await a_host()
    membership = await value("SELECT id FROM memberships")
    webhook = await builders.webhook(membership=membership, url=URL, acts=BOOKED)
    paused = (await host.post(f"/webhooks/{webhook}/pause")).json()
    assert (paused["paused_why"], paused["paused_at"] is None) == ("maker", False)
    assert (await host.delete(f"/webhooks/{webhook}/pause")).json()["paused_at"] is None
    assert (await host.delete(f"/webhooks/{webhook}")).status_code == 204
    assert (await host.get(f"/webhooks/{webhook}")).status_code == 404
    assert (await host.client.post("/webhooks", json={"url": URL})).status_code == 405


async def test_the_subscription_of_another_is_the_number_of_nothing(db):
    _, host = await a_host()
    other = await builders.membership(await builders.account(), "coordinator")
    webhook = await builders.webhook(membership=other, url=URL, acts=BOOKED)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("DELETE", "/pause")):
        answer = await host.client.request(method, f"/webhooks/{webhook}{path}")
        assert (method, answer.status_code) == (method, 404)


async def test_the_address_that_a_program_is_told_answers_to_whoever_it_was_told(db):
    lycee, host = await a_host()
    firm, company = await a_firm()
    boss = await a_coordinator()
    _, elsewhere = await a_host()
    slot = await builders.slot(host=lycee)
    coming = await builders.attendance(slot=slot, company=firm)
    answers = [(await one.get(f"/attendances/{coming}")).status_code for one in (host, company, boss, elsewhere)]
    assert answers == [200, 200, 200, 404]
