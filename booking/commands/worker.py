"""technilab worker: mails and background work.

The worker without Redis (`REDIS_URL=none`): the same jobs, woken and scheduled through PostgreSQL.

It is woken by NOTIFY, on a connection of its own. Notifications are lost with that connection, as they are with Redis:
the sweep finds what waits.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import click
from arq.cron import next_cron
from arq.worker import run_worker

from booking.commands.direct import refuse_a_pooler
from booking.commands.process_group import MEMBER, end_with_parent
from booking.commands.words import FrenchCommand
from booking.outbox.notices.beat import take_turn
from booking.outbox.watch.queries import NOT_OURS
from booking.process.embedded.provide import provide
from booking.process.logs import configure_logging
from booking.process.memory import limit_arenas
from booking.process.redis_url import NO_REDIS
from booking.process.settings import read_settings
from booking.process.wake_worker import CHANNEL, DELIVERY_JOB
from booking.worker import JOB_TIMEOUT, JOBS, SCHEDULED_JOBS, STOP_SECONDS, Context, ScheduledJob, start, stop
from workshops.database import DatabaseAway
from workshops.database.hosts import UNREACHABLE, Hosts

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
CONNECT_TIMEOUT = 10.0
Work = Callable[..., Awaitable[None]]


async def work(*, announced: bool = False) -> None:
    """Run until SIGTERM or Ctrl-C; jobs under way then may end, within some seconds."""
    ctx: Context = {"announced": announced}
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    wakes = {name: asyncio.Event() for name in JOBS}
    ctx["wake"] = lambda name: wakes[name].set()
    await start(ctx)
    try:
        tasks = [
            asyncio.create_task(_listen(wakes[DELIVERY_JOB], stopping)),
            *(asyncio.create_task(_run_when_woken(job, wakes[name], stopping, ctx)) for name, job in JOBS.items()),
            *(asyncio.create_task(_run_on_schedule(scheduled, stopping, ctx)) for scheduled in SCHEDULED_JOBS),
        ]
        await stopping.wait()
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    finally:
        await stop(ctx)


async def _listen(woken: asyncio.Event, stopping: asyncio.Event) -> None:
    hosts = Hosts(os.environ.get("MIGRATE_URL") or os.environ["DATABASE_URL"])
    while not stopping.is_set():
        lost = asyncio.Event()
        try:
            connection = await hosts.connect(timeout=CONNECT_TIMEOUT)
            connection.add_termination_listener(lambda _, lost=lost: lost.set())
            await connection.add_listener(CHANNEL, lambda *_: woken.set())
            woken.set()  # for notifications sent while this worker was not connected
            await _first(lost, stopping)
            await connection.close(timeout=RETRY_SECONDS)
        except (*UNREACHABLE, TimeoutError):
            """The outage is logged once, where the pool is."""
        await _first(stopping, within=RETRY_SECONDS)


async def _run_when_woken(job: Work, woken: asyncio.Event, stopping: asyncio.Event, ctx: Context) -> None:
    while not stopping.is_set():
        await _first(woken, stopping)
        if woken.is_set():
            woken.clear()
            await _run(job, JOB_TIMEOUT.total_seconds(), ctx)


async def _run_on_schedule(scheduled: ScheduledJob, stopping: asyncio.Event, ctx: Context) -> None:
    if scheduled.at_start:
        await _run(scheduled.job, scheduled.timeout.total_seconds(), ctx)
    while not stopping.is_set():
        now = datetime.now().astimezone()
        at = next_cron(now, **scheduled.at)
        await _first(stopping, within=(at - now).total_seconds())
        if not stopping.is_set() and await _acquire(scheduled, at):
            await _run(scheduled.job, scheduled.timeout.total_seconds(), ctx)


async def _acquire(scheduled: ScheduledJob, at: datetime) -> bool:
    """Whether it is this worker, of several, that runs the job at that time."""
    try:
        return await take_turn(scheduled.job.__name__, at=at)
    except (DatabaseAway, *NOT_OURS):
        return False


async def _run(job: Work, seconds: float, ctx: Context) -> None:
    try:
        async with asyncio.timeout(seconds):
            await job(ctx)
    except Exception:
        logger.exception("%s failed", getattr(job, "__name__", job))


async def _first(*events: asyncio.Event, within: float | None = None) -> None:
    """Wait for the first of several events, or for some seconds."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


@click.command(cls=FrenchCommand)
@MEMBER
def worker(member: bool) -> None:
    """Work until SIGTERM or Ctrl-C."""
    if member:
        end_with_parent()
    limit_arenas()
    settings = read_settings()
    configure_logging(settings.log_format)
    provide(settings.data_dir)
    if os.environ["REDIS_URL"] == NO_REDIS:
        from booking.commands.worker import work  # noqa: PLC0415 it reads the URL that was just provided

        if not os.environ.get("MIGRATE_URL"):
            asyncio.run(refuse_a_pooler())
        asyncio.run(work(announced=not member))
        return
    run_worker(worker_settings(), ctx={"announced": not member})


def worker_settings() -> Any:
    """What arq runs, imported once the environment has the URLs that it reads."""
    from booking.worker import WorkerSettings  # noqa: PLC0415 it reads the URLs that were just provided

    return WorkerSettings


if __name__ == "__main__":
    worker()
