"""Asking for a mail."""

from __future__ import annotations

import pytest

from booking.outbox.notices.queue import MailToWrite, queue, queue_all
from tests.booking.outbox.notices.outbox import held
from tests.builders import NOW
from workshops.database import transaction

CLAIRE = MailToWrite(
    "reservation_confirmed", "claire@example.org", "Claire", "reservation", 7, "reservation_confirmed:7:0:1"
)
HOST = MailToWrite(
    "reservation_received", "haag@example.org", "Jules", "reservation", 7, "reservation_received:7:0:2", secret="s"
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
        ("reservation_received", "haag@example.org", "s"),
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
