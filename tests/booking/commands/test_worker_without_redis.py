"""REDIS_URL=none: PostgreSQL rings and tells the hour; real workers in their own processes, real mails."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta

from booking.outbox.notices.beat import take_turn
from booking.outbox.notices.mail_files import demo_mails
from booking.process import wake_worker
from booking.process.redis_url import NO_REDIS
from booking.process.wake_worker import CHANNEL, wake
from tests.booking.test_worker import invited, nothing_waits, until, worker
from tests.builders import NOW
from workshops.database import rows, value

OURS = (sys.executable, "-m", "booking", "worker")
LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN %'"
LISTENERS = f"SELECT count(*) {LISTENING}"
CUT = f"SELECT pg_terminate_backend(pid) {LISTENING}"


def alone(data_dir):
    return worker(NO_REDIS, data_dir, command=OURS)


async def hears(number: int = 1) -> None:
    async def heard() -> bool:
        return await value(LISTENERS) == number

    await until(heard)


async def test_a_ring_makes_the_worker_write_the_mail_at_once_and_again_after_its_line_was_cut(db, tmp_path):
    async with alone(tmp_path) as process, wake_worker.connected(NO_REDIS):
        await hears()
        for beginning in (0, 100):
            await invited(beginning=beginning)
            await wake()
            assert await until(nothing_waits) < 5
            await rows(CUT)
            await hears()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert len(demo_mails(tmp_path)) == 2


async def test_two_workers_send_fifty_mails_once_each_and_one_goes_on_when_the_other_is_killed(db, tmp_path):
    async with alone(tmp_path) as killed, alone(tmp_path), wake_worker.connected(NO_REDIS):
        await hears(2)
        await invited(number=50)
        await wake()
        await until(nothing_waits, seconds=60)
        killed.kill()
        await killed.wait()
        await hears(1)
        await invited(beginning=100)
        await wake()
        await until(nothing_waits)
    told = [mail.to for mail in demo_mails(tmp_path)]
    assert (len(told), len(set(told))) == (51, 51)


async def test_of_several_workers_one_does_what_the_clock_asks(db):
    tonight, next_night = NOW, NOW + timedelta(days=1)
    for at in (tonight, next_night):
        asked = await asyncio.gather(*(take_turn("clean", at=at) for _ in range(10)))
        assert sorted(asked) == [False] * 9 + [True]
    assert not await take_turn("clean", at=tonight)
    assert await take_turn("tick", at=tonight)


async def test_the_channel_is_rung_by_the_act_that_is_done(db):
    heard = asyncio.Event()
    line = await db.get_new_connection()
    await line.add_listener(CHANNEL, lambda *_: heard.set())
    async with wake_worker.connected(NO_REDIS):
        await wake()
        await asyncio.wait_for(heard.wait(), 10)
    await line.close()
