"""What the worker does each minute, for real rows: one tick ends what is due and tells it, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from booking.messages.write import writer
from booking.notices.mailer import mailer_of
from booking.settings import read_settings
from booking.worker import tick
from tests import builders
from workshops.database import rows, value


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
        {"settings": settings, "mailer": mailer_of(settings), "write": writer(settings), "sending": asyncio.Lock()}
        for _ in range(2)
    ]
    await asyncio.gather(*(tick(context) for context in contexts))

    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["lapsed", "offered"]
    told = await rows("SELECT kind, state FROM notices ORDER BY kind")
    assert [tuple(one) for one in told] == [("offer_lapsed", "sent"), ("place_offered", "sent")]
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24
