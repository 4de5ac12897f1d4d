"""A subscription that was paused goes on with what it has missed, or from an event that its program names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.mails.webhooks.catch_up import CatchUp, catch_up
from booking.mails.webhooks.subscribe import pause, resume
from tests import builders
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.mails.webhooks.told import BOOKED, a_lycee, a_visit, booked, send, tell_programs
from tests.browsing import Machine
from tests.builders import NOW
from tests.receiver import Receiver, receiver
from workshops.database import rows, value
from workshops.events.rules import EventsGone
from workshops.refusals import NotFound

SOON = NOW + timedelta(minutes=10)


async def sent_to(there: Receiver, *, now=SOON) -> list[int]:
    """The events that arrive now."""
    before = len(there.told)
    await tell_programs(now=now)
    await send(now=now)
    return [one.data["id"] for one in there.told[before:]]


async def test_what_was_missed_in_the_pause_leaves_in_order_and_what_had_arrived_does_not_leave_again(db):
    lycee, host = await a_lycee()
    visit, elsewhere = await a_visit(lycee=lycee), await a_visit(lycee=await builders.school(kind="lycee"))
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        first = await booked(visit)
        assert await sent_to(there, now=NOW) == [first]
        await pause(webhook, membership=host, by=1, now=NOW)
        missed = [await booked(visit, "reservation_moved", now=NOW + timedelta(seconds=n)) for n in range(3)]
        await booked(elsewhere)
        await booked(visit, "reservation_headcount")
        assert await sent_to(there) == []
        waits = await booked(visit, now=SOON)
        await catch_up(webhook, CatchUp(), membership=host, by=1, now=SOON)
        assert await sent_to(there) == [*missed, waits]
        # Once more, nothing is missed any more.
        await catch_up(webhook, CatchUp(), membership=host, by=1, now=SOON)
        assert await sent_to(there) == []
    acts = await rows("SELECT act FROM events WHERE about_kind = 'webhook' ORDER BY id")
    assert [one["act"] for one in acts] == ["webhook_paused", "webhook_resumed"]


async def test_what_followed_an_event_leaves_again_in_order_under_another_number(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        told = [await booked(visit, act) for act in (*BOOKED, "reservation_moved")]
        assert await sent_to(there, now=NOW) == told
        await pause(webhook, membership=host, by=1, now=NOW)
        missed = await booked(visit, "reservation_moved")
        await tell_programs()
        await resume(webhook, membership=host, by=1, now=NOW)
        last = await booked(visit, "reservation_moved")
        await tell_programs()
        before = {one.headers["webhook-id"] for one in there.told}
        await catch_up(webhook, CatchUp(after=str(told[0])), membership=host, by=1, now=SOON)
        assert await sent_to(there) == [*told[1:], missed, last]
        assert before.isdisjoint(one.headers["webhook-id"] for one in there.told[3:])


async def test_a_program_goes_on_from_the_cursor_to_which_it_has_followed(db):
    lycee, host = await a_host()
    membership = await value("SELECT id FROM memberships")
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        webhook = await builders.webhook(membership=membership, url=there.url, acts=BOOKED)
        await host.post(f"/webhooks/{webhook}/pause")
        first, second = await booked(visit), await booked(visit, "reservation_moved")
        await tell_programs()
        cursor = None
        while cursor is None:
            seen = (await host.get("/events", params={"limit": 1})).json()
            cursor = seen["next_cursor"] if seen["items"] else None
        assert [one["data"]["id"] for one in seen["items"]] == [first]
        answer = await host.post(f"/webhooks/{webhook}/resumption", {"after": cursor})
        assert (answer.status_code, answer.json()["paused_at"], answer.json()["undelivered"]) == (200, None, 1)
        assert await sent_to(there) == [second]


async def test_only_what_may_still_be_read_is_sent(db):
    lycee, host = await a_lycee()
    visit, moved = await a_visit(lycee=lycee), await a_visit(lycee=lycee)
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await pause(webhook, membership=host, by=1, now=NOW)
        own = await booked(visit)
        await booked(moved)
        await tell_programs()
        await rows("UPDATE reservations SET slot = $2 WHERE id = $1", moved, await builders.slot())
        await catch_up(webhook, CatchUp(), membership=host, by=1, now=SOON)
        assert await sent_to(there) == [own]


async def test_nothing_of_more_than_thirty_days_ago_is_sent(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    old = await booked(visit, now=NOW - timedelta(days=31))
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await pause(webhook, membership=host, by=1, now=NOW - timedelta(days=40))
        kept = await booked(visit, "reservation_moved", now=NOW - timedelta(days=29))
        await tell_programs()
        with pytest.raises(EventsGone):
            await catch_up(webhook, CatchUp(after=str(old)), membership=host, by=1, now=NOW)
        with pytest.raises(EventsGone):
            await catch_up(webhook, CatchUp(after="999999"), membership=host, by=1, now=NOW)
        await catch_up(webhook, CatchUp(), membership=host, by=1, now=NOW)
        assert await sent_to(there) == [kept]


async def test_nobody_takes_up_the_subscription_of_another(db):
    (_, host), (_, other) = await a_lycee(), await a_lycee()
    webhook = await builders.webhook(membership=other, url="http://127.0.0.1:9/", acts=BOOKED)
    await pause(webhook, membership=other, by=1, now=NOW)
    with pytest.raises(NotFound):
        await catch_up(webhook, CatchUp(), membership=host, by=1, now=NOW)
    assert await value("SELECT paused_why FROM webhooks") == "maker"


async def test_a_text_that_is_neither_a_number_nor_a_cursor_is_refused_in_words(db):
    _, host = await a_host()
    webhook = await builders.webhook(membership=await value("SELECT id FROM memberships"), url="http://a/", acts=BOOKED)
    answer = await Machine(APP, host.client.headers["Authorization"].split()[1]).post(
        f"/webhooks/{webhook}/resumption", {"after": "hier"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/not-a-cursor")
