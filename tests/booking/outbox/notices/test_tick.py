"""What the worker does each minute, for real rows: one tick ends what is due and tells it, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from msgspec.structs import replace

from booking.mails.write import writer
from booking.outbox.notices.mail_files import demo_mails
from booking.outbox.notices.mailer import mailer_of
from booking.process.settings import read_settings
from booking.worker import Delivery, tick
from tests import builders
from tests.builders import paris
from tests.telling import tell
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
        {"settings": settings, "mailer": mailer_of(settings), "write": writer(settings), "delivery": Delivery()}
        for _ in range(2)
    ]
    await asyncio.gather(*(tick(context) for context in contexts))

    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["lapsed", "offered"]
    await tell()
    told = await rows("SELECT kind, state FROM notices ORDER BY kind")
    assert [tuple(one) for one in told] == [("offer_lapsed", "sent"), ("place_offered", "sent")]
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24


async def test_four_workers_that_tick_at_once_remind_a_week_and_a_day_before_once_each(db, tmp_path):
    lycee = await builders.school(kind="lycee")
    await builders.membership(await builders.account("jules@example.org"), "host", school=lycee)
    claire, emma = await builders.account("claire@example.org"), await builders.account("emma@example.org")
    slot = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), by=claire)
    await builders.attendance(slot=slot, company=await builders.company(), by=emma)
    settings = replace(read_settings(), data_dir=tmp_path)

    for at in ("2027-03-18 08:00", "2027-03-18 08:01", "2027-03-24 08:00", "2027-03-24 08:01"):
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
    told = await rows("SELECT kind, to_email, state FROM notices ORDER BY kind")
    assert [tuple(one) for one in told] == [
        ("reminder_1", "claire@example.org", "sent"),
        ("reminder_1_company", "emma@example.org", "sent"),
        ("reminder_1_host", "jules@example.org", "sent"),
        ("reminder_7", "claire@example.org", "sent"),
    ]
    assert len(demo_mails(tmp_path)) == 4
