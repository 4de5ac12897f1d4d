"""The worker where no Redis is wanted (`REDIS_URL=none`): the same jobs, whose bell and turns are PostgreSQL's.

The bell is NOTIFY, heard on a connection of its own. It is lost with that connection, as it is with Redis: the sweep
finds what waits.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime

from arq.cron import next_cron

from booking.outbox.notices.take_turn import take_turn
from booking.process.wake_worker import CHANNEL, JOB
from booking.worker import CLOCKWORK, ENDS_WITHIN, LASTS, RUNG, Context, OnTime, start, stop
from workshops.database import DatabaseAway
from workshops.database.hosts import UNREACHABLE, Hosts

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
PATIENCE = 10.0
Work = Callable[..., Awaitable[None]]


async def work() -> None:
    """Until SIGTERM or Ctrl-C; what is under way then is ended, within some seconds."""
    ctx: Context = {}
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    rings = {name: asyncio.Event() for name in RUNG}
    ctx["ring"] = lambda name: rings[name].set()
    await start(ctx)
    try:
        tasks = [
            asyncio.create_task(_hear(rings[JOB], over)),
            *(asyncio.create_task(_at_each_ring(job, rings[name], over, ctx)) for name, job in RUNG.items()),
            *(asyncio.create_task(_on_time(one, over, ctx)) for one in CLOCKWORK),
        ]
        await over.wait()
        _, late = await asyncio.wait(tasks, timeout=ENDS_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    finally:
        await stop(ctx)


async def _hear(rung: asyncio.Event, over: asyncio.Event) -> None:
    hosts = Hosts(os.environ.get("MIGRATE_URL") or os.environ["DATABASE_URL"])
    while not over.is_set():
        lost = asyncio.Event()
        try:
            connection = await hosts.connect(timeout=PATIENCE)
            connection.add_termination_listener(lambda _, lost=lost: lost.set())
            await connection.add_listener(CHANNEL, lambda *_: rung.set())
            rung.set()  # by whoever rang while nobody heard
            await _first(lost, over)
            await connection.close(timeout=AGAIN_SECONDS)
        except (*UNREACHABLE, TimeoutError):
            """The outage is logged once, where the pool is."""
        await _first(over, within=AGAIN_SECONDS)


async def _at_each_ring(job: Work, rung: asyncio.Event, over: asyncio.Event, ctx: Context) -> None:
    while not over.is_set():
        await _first(rung, over)
        if rung.is_set():
            rung.clear()
            await _do(job, LASTS.total_seconds(), ctx)


async def _on_time(one: OnTime, over: asyncio.Event, ctx: Context) -> None:
    if one.at_start:
        await _do(one.do, one.lasts.total_seconds(), ctx)
    while not over.is_set():
        now = datetime.now().astimezone()
        at = next_cron(now, **one.at)
        await _first(over, within=(at - now).total_seconds())
        if not over.is_set() and await _is_mine(one, at):
            await _do(one.do, one.lasts.total_seconds(), ctx)


async def _is_mine(one: OnTime, at: datetime) -> bool:
    try:
        return await take_turn(one.do.__name__, at=at)
    except DatabaseAway:
        return False


async def _do(job: Work, seconds: float, ctx: Context) -> None:
    try:
        async with asyncio.timeout(seconds):
            await job(ctx)
    except Exception:
        logger.exception("%s failed", getattr(job, "__name__", job))


async def _first(*events: asyncio.Event, within: float | None = None) -> None:
    """Wait for one of them, or for some seconds."""
    waiting = [asyncio.create_task(one.wait()) for one in events]
    await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
