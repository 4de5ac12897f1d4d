"""The worker is woken while mails are being delivered: no job waits for another, and no mail waits for a later wake."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from booking.outbox.notices.mailer import mailer_of
from booking.process.settings import read_settings
from booking.worker import DELIVERY_JOB, Delivery, deliver_notices
from tests import builders
from tests.booking.outbox.notices.outbox import plain_letter
from tests.smtp import post_office
from workshops.database import rows


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
        await asyncio.wait_for(office.busy.wait(), 20)
        await builders.notice()
        await asyncio.gather(*(deliver_notices(context) for _ in range(3)))
        assert (sending.done(), len(office.mails)) == (False, 0)
        await sending
    states = await rows("SELECT state FROM notices ORDER BY id")
    assert [name for name in woken if name == DELIVERY_JOB] == [DELIVERY_JOB]
    assert ([one["state"] for one in states], len(office.mails)) == (["sent", "sent"], 2)
