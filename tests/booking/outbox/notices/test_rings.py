"""Rings that come while mails leave: none waits behind the others, and no mail waits for a later one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from booking.outbox.notices.mailer import mailer_of
from booking.process.settings import read_settings
from booking.worker import JOB, Sending, deliver_notices
from tests import builders
from tests.booking.outbox.notices.outbox import plain_letter
from tests.smtp import post_office
from workshops.database import rows


async def test_a_ring_during_a_sending_is_over_at_once_and_who_sends_rings_again(db):
    rung: list[str] = []
    async with post_office(seconds=0.3) as office:
        settings = replace(read_settings(), smtp_url=office.url, demo=False)
        context = {
            **{"settings": settings, "mailer": mailer_of(settings), "write": plain_letter, "sending": Sending()},
            **{"clock": lambda: builders.NOW, "ring": rung.append},
        }
        await builders.notice()
        sending = asyncio.create_task(deliver_notices(context))
        await asyncio.wait_for(office.busy.wait(), 20)
        await builders.notice()
        await asyncio.gather(*(deliver_notices(context) for _ in range(3)))
        assert (sending.done(), len(office.mails)) == (False, 0)
        await sending
    states = await rows("SELECT state FROM notices ORDER BY id")
    assert [name for name in rung if name == JOB] == [JOB]
    assert ([one["state"] for one in states], len(office.mails)) == (["sent", "sent"], 2)
