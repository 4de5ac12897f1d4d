"""Asking for a mail.

« Relancer »

When a mail is tried again, and when it is given up.

What the worker does each minute, for real rows: one tick ends what is due and tells it, once.

The worker is woken while mails are being delivered: no job waits for another, and no mail waits for a later wake.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from booking import worker
from booking.mails.write import writer
from booking.outbox.notices.deliver import BATCH, Delivery
from booking.outbox.notices.mail_files import demo_mails
from booking.outbox.notices.mailer import mailer_of
from booking.outbox.notices.queries import FailedNotice, Outbox, failed_notices, outbox
from booking.outbox.notices.queue import MailToWrite, queue, queue_all
from booking.outbox.notices.retry import retry
from booking.outbox.notices.rules import GiveUp, NotFailed, TryAgain, after_failure
from booking.process.settings import read_settings
from booking.worker import DELIVERY_JOB, deliver_notices, tick
from tests import builders
from tests.booking.outbox.notices.outbox import asked, held, plain_letter
from tests.builders import NOW, paris
from tests.crossing import until
from tests.smtp import post_office
from tests.telling import tell
from tests.told import told
from workshops.database import row, rows, transaction, value

CLAIRE = MailToWrite(
    "reservation_confirmed", "claire@example.org", "Claire", "reservation", 7, "reservation_confirmed:7:0:1"
)
HOST = MailToWrite(
    "reservation_confirmed", "haag@example.org", "Jules", "reservation", 7, "reservation_received:7:0:2", secret="s"
)


async def test_a_mail_is_a_row_that_is_due_at_once(db):
    await queue(
        "sign_in",
        to_email="claire@example.org",
        to_name="Claire",
        about_kind="account",
        about=3,
        once="k",
        secret="token",
        now=NOW,
    )
    assert await held("kind", "to_email", "to_name", "about", "once", "secret", "state", "attempts", "next_try_at") == [
        ("sign_in", "claire@example.org", "Claire", 3, "k", "token", "queued", 0, NOW)
    ]


async def test_several_people_are_told_by_one_statement(db):
    await queue_all([CLAIRE, HOST], now=NOW)
    assert await held("kind", "to_email", "secret") == [
        ("reservation_confirmed", "claire@example.org", ""),
        ("reservation_confirmed", "haag@example.org", "s"),
    ]


async def test_the_same_fact_is_told_once(db):
    await queue_all([CLAIRE, HOST], now=NOW)
    await queue_all([CLAIRE], now=NOW)
    assert await held("once") == [(CLAIRE.once,), (HOST.once,)]


async def test_an_act_that_fails_tells_nobody(db):
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await queue_all([CLAIRE], now=NOW)
            raise ZeroDivisionError
    assert await held("id") == []


async def test_the_coordinator_sees_what_failed_and_why(db):
    await asked("claire", "jules")
    await rows("UPDATE notices SET state = 'failed', attempts = 6, last_error = '450 Busy' WHERE id = 2")
    assert await failed_notices() == [
        FailedNotice(2, "sign_in", "jules@example.org", "jules", 1, 6, "450 Busy", NOW),
    ]
    assert await outbox() == Outbox(waiting=1, failed=1, oldest_at=NOW, beat_at=None)


async def test_a_mail_sent_again_starts_over(db):
    await asked("claire")
    await rows("UPDATE notices SET state = 'failed', attempts = 6, last_error = '450 Busy'")
    await retry(1, now=NOW, by=1)
    assert await held("state", "attempts", "next_try_at", "last_error") == [("queued", 0, NOW, "")]


@pytest.mark.parametrize("state", ["queued", "sent", "dropped"])
async def test_only_a_failed_mail_is_sent_again(db, state):
    await asked("claire")
    await rows("UPDATE notices SET state = $1", state)
    with pytest.raises(NotFailed):
        await retry(1, now=NOW, by=1)
    assert await held("state") == [(state,)]


async def test_a_mail_that_does_not_exist_is_not_sent_again(db):
    with pytest.raises(NotFailed):
        await retry(404, now=NOW, by=1)


async def test_a_failed_mail_waits_again_and_the_journal_says_who_relaunched_it(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    notice = await builders.notice(state="failed", attempts=6, last_error="550")
    await retry(notice, by=nadia, now=NOW)
    assert tuple(await row("SELECT state, attempts FROM notices WHERE id = $1", notice)) == ("queued", 0)
    assert await told() == [("mail_relaunched", nadia, "notice", notice, "")]


async def test_a_mail_that_waits_already_is_not_relaunched_and_nothing_is_told(db):
    nadia, notice = await builders.account("nadia@example.org"), await builders.notice()
    with pytest.raises(NotFailed):
        await retry(notice, by=nadia, now=NOW)
    assert await told() == []


def test_a_delayed_mail_is_tried_again_later_and_later_then_given_up():
    waits = [after_failure(attempts=attempt, permanent=False, now=NOW) for attempt in range(1, 7)]
    assert waits == [
        TryAgain(NOW + timedelta(minutes=1)),
        TryAgain(NOW + timedelta(minutes=5)),
        TryAgain(NOW + timedelta(minutes=30)),
        TryAgain(NOW + timedelta(hours=2)),
        TryAgain(NOW + timedelta(hours=12)),
        GiveUp(),
    ]


def test_a_refused_mail_is_given_up_at_once():
    assert after_failure(attempts=1, permanent=True, now=NOW) == GiveUp()


async def test_two_workers_that_tick_at_once_end_an_offer_once_and_offer_the_place_on(db, tmp_path):
    now = datetime.now(UTC)
    slot = await builders.slot(starts_at=now + timedelta(days=20), seats=24)
    college = await builders.school()
    teacher = await builders.account("claire@example.org")
    late, waiting = [await builders.group(school=college) for _ in range(2)]
    await builders.reservation(
        slot=slot, group=late, by=teacher, state="offered", hold_until=now - timedelta(minutes=1)
    )
    await builders.reservation(slot=slot, group=waiting, by=teacher, state="waiting")

    settings = replace(read_settings(), data_dir=tmp_path)
    contexts = [
        {"settings": settings, "mailer": mailer_of(settings), "write": writer(settings), "delivery": Delivery()}
        for _ in range(2)
    ]
    await asyncio.gather(*(tick(context) for context in contexts))

    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["lapsed", "offered"]
    await tell()
    told = await rows("SELECT kind, state FROM notices ORDER BY kind")
    # What asks for an answer leaves at once.
    assert [tuple(one) for one in told] == [("lapsed", "queued"), ("place_offered", "sent")]
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24


async def test_four_workers_that_tick_at_once_ask_two_weeks_and_remind_a_day_before_once_each(db, tmp_path):
    lycee = await builders.school(kind="lycee")
    await builders.membership(await builders.account("jules@example.org"), "host", school=lycee)
    claire, emma = await builders.account("claire@example.org"), await builders.account("emma@example.org")
    slot = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), by=claire)
    await builders.attendance(slot=slot, company=await builders.company(), by=emma)
    settings = replace(read_settings(), data_dir=tmp_path)

    for at in ("2027-03-11 08:00", "2027-03-11 08:01", "2027-03-24 08:00", "2027-03-24 08:01"):
        contexts = [
            {
                "settings": settings,
                "mailer": mailer_of(settings),
                "write": writer(settings),
                "delivery": Delivery(),
                "clock": partial(paris, at),
            }
            for _ in range(4)
        ]
        await asyncio.gather(*(tick(context) for context in contexts))

    await tell()
    told = await rows("SELECT kind, to_email, state FROM notices ORDER BY kind, to_email")
    assert [tuple(one) for one in told] == [
        ("eve", "emma@example.org", "sent"),
        ("eve", "jules@example.org", "sent"),
        ("visit_asked", "claire@example.org", "sent"),
    ]
    assert len(demo_mails(tmp_path)) == 3


async def test_a_job_during_a_delivery_ends_at_once_and_the_delivery_enqueues_another(db):
    woken: list[str] = []
    async with post_office(seconds=0.3) as office:
        settings = replace(read_settings(), smtp_url=office.url, demo=False)
        context = {
            **{"settings": settings, "mailer": mailer_of(settings), "write": plain_letter, "delivery": Delivery()},
            **{"clock": lambda: builders.NOW, "wake": woken.append},
        }
        await builders.notice()
        sending = asyncio.create_task(deliver_notices(context))
        await asyncio.wait_for(office.busy.wait(), 60)
        await builders.notice()
        await asyncio.gather(*(deliver_notices(context) for _ in range(3)))
        assert (sending.done(), len(office.mails)) == (False, 0)
        await sending
    states = await rows("SELECT state FROM notices ORDER BY id")
    assert [name for name in woken if name == DELIVERY_JOB] == [DELIVERY_JOB]
    assert ([one["state"] for one in states], len(office.mails)) == (["sent", "sent"], 2)


async def test_while_acts_go_on_a_worker_rests_after_ten_mails_and_once_they_do_not_all_leave(db, monkeypatch):
    monkeypatch.setattr(worker, "RESTS", 1e6)
    monkeypatch.setattr(worker, "LONGEST_REST", 60)
    for _ in range(2 * BATCH + 1):
        await builders.notice()
    async with post_office(seconds=0.01) as office:
        settings = replace(read_settings(), smtp_url=office.url, demo=False)
        context = {
            **{"settings": settings, "mailer": mailer_of(settings), "write": plain_letter, "delivery": Delivery()},
            "clock": lambda: builders.NOW,
        }
        sending = asyncio.create_task(deliver_notices(context))
        await asyncio.wait_for(office.busy.wait(), 60)
        await deliver_notices(context)

        async def ten_have_left() -> bool:
            return len(office.mails) == BATCH

        await until(ten_have_left)
        done, _ = await asyncio.wait([sending], timeout=0.5)
        assert (len(done), len(office.mails)) == (0, BATCH)
        sending.cancel()
        await asyncio.wait([sending])
        await deliver_notices(context)
    assert len(office.mails) == 2 * BATCH + 1


async def test_a_worker_rests_once_for_what_woke_it_and_sends_what_is_left_without_another_rest(db, monkeypatch):
    monkeypatch.setattr(worker, "LONGEST_REST", 0)
    for _ in range(3 * BATCH):
        await builders.notice()
    woken: list[str] = []
    delivery = Delivery()
    async with post_office(seconds=0.05) as office:
        settings = replace(read_settings(), smtp_url=office.url, demo=False)
        context = {
            **{"settings": settings, "mailer": mailer_of(settings), "write": plain_letter, "delivery": delivery},
            **{"clock": lambda: builders.NOW, "wake": woken.append},
        }
        sending = asyncio.create_task(deliver_notices(context))
        await asyncio.wait_for(office.busy.wait(), 60)
        await deliver_notices(context)
        assert delivery.woken

        async def next_ten_leave() -> bool:
            return len(office.mails) > BATCH

        await until(next_ten_leave)
        assert (sending.done(), delivery.woken) == (False, False)
        await sending
    assert (len(office.mails), [name for name in woken if name == DELIVERY_JOB]) == (3 * BATCH, [])
