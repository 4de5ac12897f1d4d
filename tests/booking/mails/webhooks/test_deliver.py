"""Programs are told what they may read, in order, signed, and nobody waits for a slow one."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from standardwebhooks import Webhook

from booking import worker
from booking.mails.webhooks.post import Post
from booking.mails.webhooks.queries import failures, notable_deliveries, subscription
from booking.mails.webhooks.rules import PAUSED_AFTER, RESTS, TRIED_FOR, DeliveryNotFailed
from booking.mails.webhooks.sign import secret_of
from booking.mails.webhooks.subscribe import pause, relaunch_delivery, resume, send_trial
from booking.people.accounts.rules import Role
from booking.process.logs import TextFormatter
from booking.process.settings import read_settings
from tests import builders
from tests.booking.mails.webhooks.told import (
    BASE,
    BOOKED,
    SECRET,
    a_lycee,
    a_visit,
    booked,
    salt_of,
    send,
    states,
    tell_programs,
)
from tests.builders import NOW
from tests.owner import by_owner
from tests.receiver import receiver
from workshops.database import rows, value
from workshops.database.request_id import request_id
from workshops.events.record import record

ATTENDANCES = ("attendance_announced",)


@pytest.fixture
def logged():
    """The lines of the logs about deliveries, as they are written."""
    handler, lines, ours = logging.Handler(), [], logging.getLogger("booking.mails.webhooks.deliver")
    handler.emit = lambda record: lines.append(TextFormatter().format(record).split(" ", 1)[1])
    ours.addHandler(handler)
    yield lines
    ours.removeHandler(handler)


async def test_a_program_is_told_that_something_was_done_and_where_it_is_read(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        event = await booked(visit, sequence=3, detail="à part", words="Fauteuil de Melchior")
        await tell_programs()
        assert await send() == 1
    (told,) = there.told
    at = "2027-01-11T08:00:00Z"
    assert json.loads(told.body) == {
        "type": "reservation_booked",
        "timestamp": at,
        "data": {
            "id": event,
            "at": at,
            "act": "reservation_booked",
            "about_kind": "reservation",
            "about": visit,
            "sequence": 3,
            "href": f"{BASE}/api/v1/reservations/{visit}",
            "program": None,
        },
    }
    assert await states() == [(event, "sent", 1)]
    assert told.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    known = Webhook(secret_of(await salt_of(webhook), SECRET))
    signed = known.sign(told.headers["webhook-id"], NOW, told.body.decode())
    assert told.headers["webhook-signature"] == signed


async def test_the_library_of_the_standard_verifies_what_arrives(db):
    _, host = await a_lycee()
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await send_trial(webhook, membership=host, now=datetime.now(UTC))
        assert await send(now=datetime.now(UTC)) == 1
    (told,) = there.told
    body = Webhook(secret_of(await salt_of(webhook), SECRET)).verify(told.body, told.headers)
    assert (body["type"], body["data"]["id"], body["data"]["href"]) == (
        "trial",
        None,
        f"{BASE}/api/v1/webhooks/{webhook}",
    )


async def test_each_is_told_of_its_own_and_of_the_acts_it_chose(db):
    lycee, host = await a_lycee()
    _, elsewhere = await a_lycee()
    college, other = await builders.school(), await builders.school()
    teacher = await builders.membership(await builders.account(), Role.TEACHER, school=college)
    colleague = await builders.membership(await builders.account(), Role.TEACHER, school=other)
    firm = await builders.company()
    company = await builders.membership(await builders.account(), Role.COMPANY, company=firm)
    boss = await builders.membership(await builders.account(), Role.COORDINATOR)
    visit = await a_visit(lycee=lycee, college=college)
    slot = await value("SELECT slot FROM reservations WHERE id = $1", visit)
    coming = await builders.attendance(slot=slot, company=firm)
    every = (*BOOKED, *ATTENDANCES, "slot_moved")
    who = {"host": host, "elsewhere": elsewhere, "teacher": teacher, "colleague": colleague}
    who |= {"company": company, "boss": boss}
    made = {
        name: await builders.webhook(membership=one, url="http://127.0.0.1:9/", acts=every) for name, one in who.items()
    }
    few = await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=("slot_moved",))
    first = await booked(visit)
    second = await record("attendance_announced", by=None, about_kind="attendance", about=coming, now=NOW)
    third = await record("slot_moved", by=None, about_kind="slot", about=slot, now=NOW)
    await booked(visit, "reservation_headcount")
    await record("signed_in", by=None, about_kind="account", about=visit, now=NOW)
    await tell_programs()
    told = {name: [event for event, *_ in await states(webhook)] for name, webhook in made.items()}
    assert told == {
        "host": [first, second, third],
        "elsewhere": [],
        "teacher": [first],
        "colleague": [],
        "company": [second],
        "boss": [first, second, third],
    }
    assert [event for event, *_ in await states(few)] == [third]


async def test_a_program_hears_of_each_line_that_waits_also_where_a_letter_names_it_with_another(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        await builders.webhook(membership=host, url=there.url, acts=("reservation_waits",))
        for act in ("reservation_waits", "reservation_waits_also"):
            await booked(visit, act)
        await tell_programs()
        assert await send() == 2
    assert [json.loads(told.body)["type"] for told in there.told] == ["reservation_waits"] * 2


async def test_what_may_not_be_read_any_more_does_not_leave(db):
    lycee, host = await a_lycee()
    college = await builders.school()
    teacher_account, host_account = await builders.account(), await value("SELECT max(id) FROM accounts")
    teacher = await builders.membership(teacher_account, Role.TEACHER, school=college)
    assert host_account is not None
    visit, moved = await a_visit(lycee=lycee, college=college), await a_visit(lycee=lycee, college=college)
    async with receiver() as there:
        at_lycee = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        at_college = await builders.webhook(membership=teacher, url=there.url, acts=BOOKED)
        await booked(visit)
        await booked(moved)
        await tell_programs()
        await rows("UPDATE accounts SET disabled_at = $2 WHERE id = $1", teacher_account, NOW)
        await rows("UPDATE reservations SET slot = $2 WHERE id = $1", moved, await builders.slot())
        assert await send() == 4
        assert [one.data["about"] for one in there.told] == [visit]
    assert [state for _, state, _ in await states(at_lycee)] == ["sent", "dropped"]
    assert [state for _, state, _ in await states(at_college)] == ["dropped", "dropped"]
    await rows("DELETE FROM memberships WHERE id = $1", host)
    assert await states(at_lycee) == []


async def test_the_next_event_about_a_visit_waits_for_the_one_before_and_others_do_not(db):
    lycee, host = await a_lycee()
    visit, other = await a_visit(lycee=lycee), await a_visit(lycee=lycee)
    async with receiver(500) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        first = await booked(visit)
        await tell_programs()
        assert await send() == 1
        second = await booked(visit, "reservation_moved")
        third = await booked(other)
        await tell_programs()
        assert await send(now=NOW + timedelta(seconds=1)) == 0  # it has just failed, and rests
        # Not before its own turn: the first one is tried again later.
        await rows("UPDATE webhook_deliveries SET next_try_at = $2 WHERE event = $1", first, NOW + timedelta(minutes=5))
        assert await send(now=NOW + RESTS) == 1
        assert [one.data["id"] for one in there.told] == [third]
        assert await send(now=NOW + timedelta(minutes=5)) == 2
        assert [one.data["id"] for one in there.told] == [third, first, second]


async def test_a_failure_is_tried_again_for_24_hours_then_shown_and_the_next_one_goes(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver(answer=503) as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        first = await booked(visit)
        second = await booked(visit, "reservation_moved")
        await tell_programs()
        await send()
        assert await states() == [(first, "waiting", 1), (second, "waiting", 0)]
        end = NOW + TRIED_FOR
        await send(now=end)
        await send(now=end + RESTS)
        assert await states() == [(first, "failed", 2), (second, "failed", 1)]
        shown = await failures()
        assert [(one.act, one.attempts, one.last_error, one.host.partition(":")[0]) for one in shown] == [
            ("reservation_moved", 1, "Le logiciel a répondu 503.", "127.0.0.1"),
            ("reservation_booked", 2, "Le logiciel a répondu 503.", "127.0.0.1"),
        ]
        assert [one.id for one in await notable_deliveries(host)] == [one.id for one in shown]
        there.answer = 204
        again = end + 2 * RESTS
        await relaunch_delivery(shown[1].id, membership=host, by=1, now=again)
        await send(now=again)
        assert [one.data["id"] for one in there.told] == [first]
    found = await subscription(webhook, membership=host)
    assert (found.failing_since, found.arrived_at) == (None, again)


async def test_only_a_failed_delivery_of_ones_own_is_sent_again(db):
    lycee, host = await a_lycee()
    await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED)
    await booked(await a_visit(lycee=lycee))
    await tell_programs()
    delivery = await value("SELECT id FROM webhook_deliveries")
    told = []
    for membership in (host, host + 1000):
        try:
            await relaunch_delivery(delivery, membership=membership, by=1, now=NOW)
        except Exception as no:
            told.append(type(no).__name__)
    assert told == [DeliveryNotFailed.__name__, "NotFound"]


async def test_a_receiver_of_which_nothing_arrives_for_days_is_paused_and_its_maker_told(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver(answer=500) as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await booked(visit)
        await tell_programs()
        await send()
        await send(now=NOW + TRIED_FOR)
        assert await value("SELECT paused_why FROM webhooks") == ""
        later = NOW + PAUSED_AFTER
        await booked(visit, "reservation_moved")
        await tell_programs(now=later - TRIED_FOR)
        await send(now=later)
    assert await value("SELECT paused_why FROM webhooks") == "failing"
    assert [tuple(one) for one in await rows("SELECT kind, about FROM notices WHERE kind LIKE 'webhook%'")] == [
        ("webhook_paused", webhook)
    ]
    acts = await rows("SELECT act, about FROM events WHERE about_kind = 'webhook'")
    assert [tuple(one) for one in acts] == [("webhook_paused", webhook)]


async def test_a_receiver_that_wants_nothing_any_more_is_left_alone_at_once(db):
    lycee, host = await a_lycee()
    async with receiver(answer=410) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await booked(await a_visit(lycee=lycee))
        await tell_programs()
        await send()
    assert await value("SELECT paused_why FROM webhooks") == "gone"


async def test_while_it_is_paused_nothing_is_kept_for_later_and_what_waited_leaves_after(db):
    lycee, host = await a_lycee()
    visit = await a_visit(lycee=lycee)
    async with receiver() as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        first = await booked(visit)
        await tell_programs()
        await pause(webhook, membership=host, by=1, now=NOW)
        await booked(visit, "reservation_moved")
        await tell_programs()
        assert await send() == 0
        await resume(webhook, membership=host, by=1, now=NOW)
        assert await send() == 1
        assert [one.data["id"] for one in there.told] == [first]


@pytest.mark.parametrize("example", [True, False], ids=["invented", "real"])
async def test_a_trial_that_is_shown_tells_no_program_that_was_subscribed_before_nor_tells_it_later(db, example):
    lycee = await builders.school(kind="lycee")
    host = await builders.membership(await builders.account(example=example), Role.HOST, school=lycee)
    visit = await a_visit(lycee=lycee)

    async def turn(*, shown: bool) -> None:
        settings = replace(read_settings(), shown=shown)
        ctx = {"settings": settings, "post": Post(trial=True), "webhook_lock": asyncio.Lock(), "clock": lambda: NOW}
        await worker.send_webhooks(ctx)

    async with receiver() as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        first = await booked(visit)
        await tell_programs()
        for shown in (True, False):
            await turn(shown=shown)
            assert (there.told, await states()) == ([], [(first, "dropped", 0)])
        second = await booked(visit, "reservation_moved")
        await tell_programs()
        await turn(shown=False)
        assert [one.data["id"] for one in there.told] == [second]


async def test_a_slow_receiver_holds_up_no_other(db):
    lycee, host = await a_lycee()
    visits = [await a_visit(lycee=lycee) for _ in range(12)]
    async with receiver(seconds=4) as slow, receiver() as quick:
        await builders.webhook(membership=host, url=slow.url, acts=BOOKED)
        await builders.webhook(membership=host, url=quick.url, acts=BOOKED)
        for visit in visits:
            await booked(visit)
        await tell_programs()
        began = time.monotonic()
        sending = asyncio.create_task(send())
        while len(quick.told) < 12:
            assert time.monotonic() - began < 3.5
            await asyncio.sleep(0.01)
        assert slow.told == []
        # What is done meanwhile does not wait for it either.
        await booked(visits[0], "reservation_moved")
        await tell_programs()
        while len(quick.told) < 13:
            assert time.monotonic() - began < 7
            await asyncio.sleep(0.01)
        assert await sending == 26
    assert len(slow.told) == 13


async def test_a_delivery_and_its_line_in_the_logs_name_the_request_that_did_the_act(db, logged):
    lycee, host = await a_lycee()
    async with receiver(500) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        before = request_id.set("5f0c1b2a")
        await booked(await a_visit(lycee=lycee))
        request_id.reset(before)
        await tell_programs()
        await send()
        later = NOW + timedelta(hours=1)
        await booked(await a_visit(lycee=lycee))  # the clock's: no request
        await tell_programs(now=later)
        assert await send(now=later) == 2
    assert [line.split(" ", 3)[2:] for line in logged] == [
        ["[5f0c1b2a]", "webhook delivery 1 did not arrive, attempt 1: Le logiciel a répondu 500."]
    ]
    told = {one.data["id"]: one.headers.get("x-request-id") for one in there.told}
    assert list(dict(sorted(told.items())).values()) == ["5f0c1b2a", None]


async def test_what_goes_wrong_in_one_delivery_stops_no_other(db, caplog):
    lycee, host = await a_lycee()
    async with receiver() as there:
        wrong = await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED)
        right = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await booked(await a_visit(lycee=lycee))
        await tell_programs()

        class Broken(Post):
            async def send(self, url, body, headers):
                if url != there.url:
                    raise ZeroDivisionError
                await super().send(url, body, headers)

        assert await send(Broken(trial=True)) == 2
    assert [state for _, state, _ in await states(wrong) + await states(right)] == ["waiting", "sent"]
    assert "could not be sent, error" in caplog.text


async def test_what_goes_wrong_with_one_receiver_stops_no_other(db, caplog):
    lycee, host = await a_lycee()
    visits = [await a_visit(lycee=lycee) for _ in range(12)]
    async with receiver() as there:
        wrong = await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED)
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        for visit in visits:
            await booked(visit)
        await tell_programs()
        await by_owner("ALTER TABLE webhooks ADD CONSTRAINT refused CHECK (failing_since IS NULL)")
        try:
            assert await send() == 12
        finally:
            await by_owner("ALTER TABLE webhooks DROP CONSTRAINT refused")
    assert len(there.told) == 12
    assert {state for _, state, _ in await states(wrong)} == {"waiting"}
    assert "stopped" in caplog.text


async def test_a_trial_that_fails_is_shown_at_once_and_harms_nothing(db):
    _, host = await a_lycee()
    async with receiver(500) as there:
        webhook = await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        await send_trial(webhook, membership=host, now=NOW)
        await send()
    (shown,) = await notable_deliveries(host)
    assert (shown.act, shown.state, shown.last_error) == ("trial", "failed", "Le logiciel a répondu 500.")
    found = await subscription(webhook, membership=host)
    assert (found.failing_since, await failures()) == (None, [])


async def test_two_workers_send_each_event_once(db):
    lycee, host = await a_lycee()
    visits = [await a_visit(lycee=lycee) for _ in range(30)]
    async with receiver(seconds=0.01) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        events = [await booked(visit, act) for act in BOOKED for visit in visits]
        await tell_programs()
        await asyncio.gather(*(send() for _ in range(3)))
    assert sorted(one.data["id"] for one in there.told) == events
    order = {}
    for one in there.told:
        order.setdefault(one.data["about"], []).append(one.data["id"])
    assert [ids for ids in order.values() if ids != sorted(ids)] == []
