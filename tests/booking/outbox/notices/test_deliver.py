"""Mails leave, once each, whatever the server and the workers do."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from booking import worker
from booking.outbox.notices.deliver import BATCH, CLAIM, EVER, Delivery, deliver
from booking.outbox.notices.envelope import message_id
from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.outbox.notices.retry import retry, retry_all
from booking.outbox.notices.rules import LEASE, Claimed, Letter
from booking.outbox.notices.smtp import ONE_MAIL_SECONDS, SmtpMailer
from booking.people.accounts.sign_in import send_link
from booking.process.settings import read_settings
from tests import builders
from tests.booking.outbox.notices.outbox import MAIL_FROM, asked, held, plain_letter
from tests.builders import NOW
from tests.owner import by_owner
from tests.smtp import PostOffice, post_office
from workshops.database import DatabaseAway, pool, rows, value

OPEN_TRANSACTIONS = """SELECT state FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""
LATER = NOW + timedelta(minutes=1)
# A claim that takes its time, so that its answer can be lost on the way.
SLOWLY = (
    """CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$""",
    "CREATE TRIGGER claimed_slowly BEFORE UPDATE OF attempts ON notices FOR EACH ROW EXECUTE FUNCTION slowly()",
)
CLAIMING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


async def its_lease_runs_out() -> None:
    await rows("UPDATE notices SET held_until = now()")


async def once_it_is(asked: Callable[[], Awaitable[object]]) -> None:
    if not await asked():
        await asyncio.sleep(0.02)
        await once_it_is(asked)


async def send(office: PostOffice, *, now: datetime = NOW, limit: int = BATCH) -> int:
    return await deliver(SmtpMailer(office.url), plain_letter, mail_from=MAIL_FROM, now=now, limit=limit)


async def test_a_queued_mail_reaches_the_server_and_its_secret_is_forgotten(db):
    await asked("claire", secret="B4 token")
    async with post_office() as office:
        assert await send(office) == 1
        [mail] = office.mails
    assert (mail.sender, mail.to) == (MAIL_FROM, ["claire@example.org"])
    assert str(mail.message["Message-ID"]) == message_id("once:claire", "example.org")
    assert await held("state", "attempts", "sent_at", "secret", "last_error") == [("sent", 1, NOW, "", "")]


async def test_the_mailbox_that_a_person_reads_stands_in_each_mail(db):
    await asked("claire")
    async with post_office() as office:
        mailer = SmtpMailer(office.url)
        await deliver(mailer, plain_letter, mail_from=MAIL_FROM, reply_to="lea@example.org", now=NOW)
        [mail] = office.mails
    assert (mail.sender, str(mail.message["Reply-To"])) == (MAIL_FROM, "lea@example.org")


async def test_a_batch_shares_one_connection_and_stops_at_its_limit(db):
    await asked("a", "b", "c")
    async with post_office() as office:
        assert await send(office, limit=2) == 2
        assert (office.connections, [mail.to for mail in office.mails]) == (1, [["a@example.org"], ["b@example.org"]])
        assert await send(office, limit=2) == 1
    assert await held("state") == [("sent",)] * 3


async def test_a_server_that_asks_to_come_back_is_tried_again_a_minute_later(db):
    await asked("claire")
    async with post_office("451 4.7.1 Greylisted") as office:
        assert await send(office) == 1
        assert await held("state", "attempts", "next_try_at", "last_error") == [
            ("queued", 1, LATER, "451 4.7.1 Greylisted")
        ]
        assert await send(office, now=LATER - timedelta(seconds=1)) == 0
        assert await send(office, now=LATER) == 1
        assert len(office.mails) == 1
    assert await held("state", "attempts", "last_error") == [("sent", 2, "")]


async def test_an_address_that_does_not_exist_fails_at_once_and_the_others_leave(db):
    await asked("nobody", "claire")
    async with post_office("550 5.1.1 No such user") as office:
        assert await send(office) == 2
        assert [mail.to for mail in office.mails] == [["claire@example.org"]]
    assert await held("state", "attempts", "last_error") == [("failed", 1, "550 5.1.1 No such user"), ("sent", 1, "")]


async def test_a_mail_is_given_up_after_six_tries_and_leaves_when_it_is_sent_again(db):
    await asked("claire")
    now = NOW
    async with post_office(*["450 Busy"] * 6) as office:
        for wait in (1, 5, 30, 120, 720, 0):
            assert await send(office, now=now) == 1
            now += timedelta(minutes=wait)
        assert await held("state", "attempts", "last_error") == [("failed", 6, "450 Busy")]
        await retry(1, now=now, by=1)
        assert await send(office, now=now) == 1
        assert [str(mail.message["Message-ID"]) for mail in office.mails] == [message_id("once:claire", "example.org")]
    assert await held("state", "attempts") == [("sent", 1)]


async def away(*, now: datetime = NOW) -> None:
    """Nothing listens where the server was."""
    async with post_office() as office:
        pass
    assert await send(office, now=now) == 1


async def test_a_server_that_is_away_costs_no_mail_a_try_however_long(db):
    await asked("a", "b", "c")
    for hour in range(50):
        await away(now=NOW + timedelta(hours=hour))
    waiting = await held("state", "attempts", "next_try_at")
    assert waiting == [("queued", 0, NOW)] * 3
    async with post_office() as office:
        assert await send(office, now=NOW + timedelta(hours=50)) == 3
    assert [mail.to for mail in office.mails] == [["a@example.org"], ["b@example.org"], ["c@example.org"]]
    assert await held("state", "attempts", "last_error") == [("sent", 1, "")] * 3


async def test_what_waited_for_the_server_leaves_in_its_order_so_many_a_minute(db):
    await asked(*"abcdefg")
    await away()
    back = NOW + timedelta(hours=2)
    async with post_office() as office:
        left = [await send_at_a_rate(office, now=back + timedelta(seconds=30 * half)) for half in range(6)]
    assert left == [3, 0, 3, 0, 1, 0]
    assert "".join(mail.to[0][0] for mail in office.mails) == "abcdefg"


async def test_the_worker_keeps_to_the_rate_of_its_settings_for_what_waited(db, monkeypatch):
    """Three mails a minute, as whoever installed Technilab asked for: not the usual sixty."""
    monkeypatch.setenv("MAIL_RATE", "3")
    await asked(*"abcdefg")
    await away()
    async with post_office() as office:
        ctx = {"settings": read_settings(), "mailer": SmtpMailer(office.url), "write": plain_letter}
        ctx["delivery"] = Delivery()
        left = []
        for half in range(6):
            ctx["clock"] = lambda half=half: NOW + timedelta(hours=2, seconds=30 * half)
            await worker.deliver_notices(ctx)
            left.append(len(office.mails))
    assert left == [3, 3, 6, 6, 7, 7]


async def test_what_is_written_once_the_server_is_back_waits_behind_nothing(db):
    await asked(*"abcdefg")
    await away()
    back = NOW + timedelta(hours=2)
    async with post_office() as office:
        assert await send_at_a_rate(office, now=back) == 3
        await queue_all([MailToWrite("sign_in", "z@example.org", "z", "account", 1, "once:z")], now=back)
        assert await send_at_a_rate(office, now=back + timedelta(seconds=30)) == 1
    assert "".join(mail.to[0][0] for mail in office.mails) == "abcz"


async def test_a_link_that_somebody_waits_for_before_a_page_leaves_before_all_that_only_tells(db):
    await asked(*"abcdefg")
    zoe = await builders.account("z@example.org")
    asked_at = NOW + timedelta(minutes=2)
    await send_link(zoe, "z@example.org", "z", token="a link", next_path="/", now=asked_at)
    async with post_office() as office:
        await send(office, now=asked_at)
    assert "".join(mail.to[0][0] for mail in office.mails) == "zabcdefg"


async def test_a_server_that_was_never_away_gets_all_that_is_due(db):
    await asked(*"abcdefg")
    async with post_office() as office:
        assert await send_at_a_rate(office, now=NOW) == 7


async def test_a_mail_with_which_the_server_goes_away_pays_for_it_and_the_next_one_leaves(db):
    await asked("boum", "claire")
    async with post_office("421 4.3.2 Closing") as office:
        assert await send(office) == 1
        assert await held("state", "attempts", "next_try_at") == [("queued", 1, LATER), ("queued", 0, NOW)]
        assert await send(office) == 1
    assert [mail.to for mail in office.mails] == [["claire@example.org"]]


async def send_at_a_rate(office: PostOffice, *, now: datetime) -> int:
    return await deliver(SmtpMailer(office.url), plain_letter, mail_from=MAIL_FROM, now=now, rate=3)


async def test_a_letter_that_cannot_be_written_fails_alone_and_its_number_is_in_the_log(db, caplog):
    await asked("claire", "boum", "jules")

    async def write(notice: Claimed, now: datetime) -> Letter | None:
        if notice.to_name == "boum":
            raise KeyError("mail/unknown")
        return await plain_letter(notice, now)

    async with post_office() as office:
        with caplog.at_level(logging.ERROR):
            assert await deliver(SmtpMailer(office.url), write, mail_from=MAIL_FROM, now=NOW) == 3
        assert [mail.to for mail in office.mails] == [["claire@example.org"], ["jules@example.org"]]
    assert await held("state") == [("sent",), ("failed",), ("sent",)]
    [(error,)] = [tuple(one) for one in await rows("SELECT last_error FROM notices WHERE state = 'failed'")]
    [logged] = [record.getMessage() for record in caplog.records]
    number = logged.removeprefix("notice 2 (sign_in) could not be written, error ")
    assert error == f"Le message n'a pas pu être écrit (erreur {number})."


async def test_a_mail_that_has_become_pointless_is_dropped_with_its_secret(db):
    await asked("claire", secret="token")

    async def write(notice: Claimed, now: datetime) -> Letter | None:
        return None

    async with post_office() as office:
        assert await deliver(SmtpMailer(office.url), write, mail_from=MAIL_FROM, now=NOW) == 1
        assert office.mails == []
    assert await held("state", "secret") == [("dropped", "")]


async def test_two_workers_send_fifty_mails_once_each(db):
    names = [f"p{number}" for number in range(50)]
    await asked(*names)

    async def worker(office: PostOffice) -> int:
        sent = 0
        while handled := await send(office):
            sent += handled
        return sent

    async with post_office(seconds=0.002) as office:
        sent = await asyncio.gather(worker(office), worker(office))
        assert Counter(mail.to[0] for mail in office.mails) == {f"{name}@example.org": 1 for name in names}
    assert sum(sent) == 50
    assert min(sent) > 0


async def test_a_worker_that_dies_while_sending_leaves_the_mail_for_after_the_lease(db):
    await asked("claire")
    async with post_office(seconds=30) as office:
        dying = asyncio.create_task(send(office))
        await office.busy.wait()
        dying.cancel()
        await asyncio.wait([dying])
    async with post_office() as office:
        assert await send(office, now=LATER) == 0
        await its_lease_runs_out()
        assert await send(office) == 1
        assert [str(mail.message["Message-ID"]) for mail in office.mails] == [message_id("once:claire", "example.org")]


async def test_a_mail_that_was_being_written_when_the_database_went_leaves_as_soon_as_it_is_back(db):
    await asked("claire")

    async def while_it_goes(notice: Claimed, now: datetime) -> Letter | None:
        raise DatabaseAway("gone")

    async with post_office() as office:
        with pytest.raises(DatabaseAway):
            await deliver(SmtpMailer(office.url), while_it_goes, mail_from=MAIL_FROM, now=NOW)
        assert (await send(office), len(office.mails)) == (1, 1)
    assert await held("state", "attempts") == [("sent", 2)]


async def test_a_mail_that_was_claimed_as_the_answer_was_lost_leaves_as_soon_as_the_database_is_back(db):
    await asked("claire")
    for step in SLOWLY:
        await by_owner(step)
    try:
        async with post_office() as office:
            claiming = asyncio.create_task(send(office))
            await once_it_is(lambda: value(CLAIMING))
            backend = await value(CLAIMING)
            for line in (holder._con for holder in db.pool._holders):
                if line is not None and line.get_server_pid() == backend:
                    line._transport.abort()
            with pytest.raises(DatabaseAway):
                await claiming
            await once_it_is(lambda: value("SELECT held_until FROM notices"))
            assert (await send(office), len(office.mails)) == (1, 1)
    finally:
        await by_owner("DROP FUNCTION slowly CASCADE")
    assert await held("state", "attempts") == [("sent", 1)]


async def test_a_mail_that_was_sent_as_the_database_went_is_not_sent_again_when_it_is_back(db, monkeypatch):
    monkeypatch.setattr(pool, "ACQUIRE_TIMEOUT", 0.2)
    await asked("claire")
    async with post_office() as office, AsyncExitStack() as taken:

        class Last(SmtpMailer):
            async def send(self, message: EmailMessage) -> None:
                await super().send(message)
                for _ in range(12):
                    await taken.enter_async_context(db.pool.acquire())

        with pytest.raises(DatabaseAway):
            await deliver(Last(office.url), plain_letter, mail_from=MAIL_FROM, now=NOW)
        await taken.aclose()
        await its_lease_runs_out()
        assert (await send(office), len(office.mails)) == (0, 1)
    assert await held("state", "attempts") == [("sent", 1)]


async def test_a_mail_in_hand_is_no_one_else_s_while_it_may_still_be_sent(db):
    assert timedelta(seconds=ONE_MAIL_SECONDS) < LEASE < timedelta(minutes=1)
    await asked("claire")
    async with post_office(seconds=0.5) as slow, post_office() as quick:
        sending = asyncio.create_task(send(slow))
        await slow.busy.wait()
        # Another machine's clock may be an hour ahead.
        assert await send(quick, now=NOW + timedelta(hours=1)) == 0
        assert await sending == 1
    assert (len(slow.mails), quick.mails) == (1, [])


async def test_a_letter_that_took_too_long_to_write_is_left_to_who_has_it_now(db):
    await asked("claire")

    async def slowly(notice: Claimed, now: datetime) -> Letter | None:
        await its_lease_runs_out()
        async with post_office() as other:
            assert await send(other) == 1
        return await plain_letter(notice, now)

    async with post_office() as office:
        assert await deliver(SmtpMailer(office.url), slowly, mail_from=MAIL_FROM, now=NOW) == 1
        assert office.mails == []
    assert await held("state", "attempts") == [("sent", 2)]


async def test_a_mail_that_kills_each_worker_is_given_up(db):
    await asked("claire")
    await rows("UPDATE notices SET attempts = 6")
    async with post_office() as office:
        assert await send(office) == 1
        assert office.mails == []
    assert await held("state", "last_error") == [("failed", "L'envoi s'interrompt à chaque essai.")]


async def test_no_transaction_is_open_while_a_mail_leaves(db):
    await asked("claire")
    async with post_office(seconds=0.3) as office:
        sending = asyncio.create_task(send(office))
        await office.busy.wait()
        idle = await rows(OPEN_TRANSACTIONS)
        assert await sending == 1
    assert idle == []


async def about_one_visit(*kinds: str, to: str = "claire@example.org", about: int = 7) -> None:
    """What several acts tell one person of one visit, due now."""
    for kind in kinds:
        known = {"about_kind": "reservation", "about": about, "account": 1, "event": 1}
        await builders.notice(
            kind=kind, to_email=to, to_name=to.partition("@")[0], once=f"{to}:{about}:{kind}", **known
        )


async def all_its_acts(notice: Claimed, now: datetime) -> Letter | None:
    """Their kinds as a subject; « boum » cannot be written, « gone » is no longer true."""
    if any(one.kind == "boum" for one in notice.told):
        raise KeyError("mail/boum")
    true = [one.kind for one in notice.told if one.kind != "gone"]
    untold = tuple(one.id for one in notice.told if one.kind == "gone")
    return Letter(" ".join(true), "Bonjour\n", "<p>Bonjour</p>", untold=untold) if true else None


async def send_all(office: PostOffice, *, now: datetime = NOW) -> int:
    return await deliver(SmtpMailer(office.url), all_its_acts, mail_from=MAIL_FROM, now=now)


def subjects(office: PostOffice) -> list[tuple[str, str]]:
    return [(mail.to[0], str(mail.message["Subject"])) for mail in office.mails]


async def test_what_tells_one_person_of_one_visit_leaves_as_one_mail_and_all_else_apart(db):
    await about_one_visit("booked", "counted")
    await about_one_visit("booked", to="jules@example.org")
    await about_one_visit("booked", about=8)
    await builders.notice(kind="secret", to_email="claire@example.org", about_kind="reservation", about=7, secret="x")
    async with post_office() as office:
        assert await send_all(office) == 4
    assert subjects(office) == [
        ("claire@example.org", "booked counted"),
        ("jules@example.org", "booked"),
        ("claire@example.org", "booked"),
        ("claire@example.org", "secret"),
    ]
    assert await held("state") == [("sent",)] * 5


async def test_what_is_no_longer_true_is_left_out_of_a_mail_and_the_rest_is_said(db):
    await about_one_visit("gone", "counted")
    await about_one_visit("gone", to="jules@example.org")
    async with post_office() as office:
        assert await send_all(office) == 2
    assert subjects(office) == [("claire@example.org", "counted")]
    assert await held("state", "sent_at") == [("dropped", None), ("sent", NOW), ("dropped", None)]


async def test_a_worker_that_dies_with_a_mail_of_two_acts_leaves_the_same_mail_and_a_later_act_is_told_apart(db):
    await about_one_visit("booked", "counted")
    async with post_office(seconds=30) as office:
        dying = asyncio.create_task(send_all(office))
        await office.busy.wait()
        dying.cancel()
        await asyncio.wait([dying])
    await about_one_visit("moved")
    async with post_office() as office:
        assert await send_all(office) == 1
        await its_lease_runs_out()
        assert await send_all(office) == 1
    assert subjects(office) == [("claire@example.org", "moved"), ("claire@example.org", "booked counted")]
    ids = [str(mail.message["Message-ID"]) for mail in office.mails]
    assert ids[1] == message_id("claire@example.org:7:booked", "example.org")
    assert await held("state", "attempts") == [("sent", 2), ("sent", 2), ("sent", 1)]


async def test_a_mail_that_met_no_server_leaves_with_what_was_told_meanwhile(db):
    await about_one_visit("booked", "counted")
    async with post_office() as office:
        pass
    assert await send_all(office) == 1
    assert await held("attempts", "mail") == [(0, None)] * 2
    await about_one_visit("moved")
    async with post_office() as office:
        assert await send_all(office) == 1
    assert subjects(office) == [("claire@example.org", "booked counted moved")]


async def test_a_mail_of_two_acts_that_is_put_off_is_the_same_when_it_leaves(db):
    await about_one_visit("booked", "counted")
    async with post_office("451 4.7.1 Greylisted") as office:
        assert await send_all(office) == 1
        await about_one_visit("moved")
        assert await send_all(office, now=LATER) == 2
    assert sorted(subjects(office)) == [("claire@example.org", "booked counted"), ("claire@example.org", "moved")]


async def test_an_act_that_cannot_be_written_fails_alone_and_the_others_of_its_mail_leave(db):
    await about_one_visit("booked", "boum", "counted")
    async with post_office() as office:
        while await send_all(office):
            pass
    assert sorted(subjects(office)) == [("claire@example.org", "booked"), ("claire@example.org", "counted")]
    assert await held("state") == [("sent",), ("failed",), ("sent",)]


async def test_a_refused_mail_of_two_acts_is_sent_again_as_one(db):
    await about_one_visit("booked", "counted")
    async with post_office("550 5.1.1 No such user") as office:
        assert await send_all(office) == 1
        assert await held("state") == [("failed",)] * 2
        assert await retry_all(by=1, now=LATER) == 1
        assert await send_all(office, now=LATER) == 1
    assert subjects(office) == [("claire@example.org", "booked counted")]


async def test_relaunching_any_line_of_a_refused_mail_sends_all_that_it_told_and_no_other_mail(db):
    await about_one_visit("booked", "counted")
    await about_one_visit("booked", about=8)
    async with post_office(*["550 5.7.1 No"] * 2) as office:
        assert await send_all(office) == 2
        await retry(2, by=1, now=LATER)
        assert await send_all(office, now=LATER) == 1
    assert subjects(office) == [("claire@example.org", "booked counted")]
    assert await held("state") == [("sent",), ("sent",), ("failed",)]


async def test_what_did_not_leave_with_a_mail_is_not_marked_as_sent_or_dropped(db):
    await about_one_visit("booked", "counted")
    await about_one_visit("gone", "counted", about=8)
    await rows("UPDATE notices SET state = 'failed', attempts = 1, mail = id - 1 WHERE kind = 'counted'")
    async with post_office() as office:
        assert await send_all(office) == 2
    assert subjects(office) == [("claire@example.org", "booked")]
    assert await held("state") == [("sent",), ("failed",), ("dropped",), ("failed",)]


async def test_what_is_left_of_a_mail_whose_first_act_has_left_leaves_as_one_mail_of_its_own(db):
    await about_one_visit("booked", "counted", "moved")
    await about_one_visit("booked", "counted", about=8)
    await rows("UPDATE notices SET attempts = 1, mail = CASE WHEN id < 4 THEN 1 ELSE 4 END")
    await rows("UPDATE notices SET state = 'sent' WHERE id = 1")
    async with post_office() as office:
        assert await send_all(office) == 2
    assert subjects(office) == [("claire@example.org", "counted moved"), ("claire@example.org", "booked counted")]
    assert await held("state", "mail") == [("sent", 1), ("sent", 2), ("sent", 2), ("sent", 4), ("sent", 4)]


async def test_two_workers_send_fifty_visits_of_three_acts_as_fifty_mails(db):
    for number in range(50):
        await about_one_visit("booked", "counted", "moved", to=f"p{number}@example.org", about=number)

    async def work(office: PostOffice) -> None:
        while await send_all(office):
            pass

    async with post_office(seconds=0.002) as office:
        await asyncio.gather(*(work(office) for _ in range(3)))
    assert sorted(subjects(office)) == sorted(
        (f"p{number}@example.org", "booked counted moved") for number in range(50)
    )


# To many people of one evening, all due at one instant.
MANY = """INSERT INTO notices (kind, to_email, about_kind, about, once, created_at, next_try_at, event, account, daily)
SELECT 'booked', 'p' || n % 2500 || '@example.org', 'reservation', n, 'many:' || n, $1, $1, n, n % 2500, true
FROM generate_series(1, 10000) n"""


async def test_the_next_mail_is_found_without_a_look_at_all_that_is_due_at_the_same_instant(db):
    await rows(MANY, NOW)
    await by_owner("ANALYZE notices")
    asked = (NOW, LEASE, uuid.uuid4(), EVER)
    ((plan,),) = await rows(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {CLAIM}", *asked)
    claimed = json.loads(plan)[0]["Plan"]
    assert claimed["Actual Rows"] == 4
    assert claimed["Shared Hit Blocks"] < 200, plan
