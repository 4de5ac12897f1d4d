"""The worker: `arq booking.worker.WorkerSettings`. It sends the mails and the webhooks, and does what the clock asks;
Redis only tells it when.

What waits is in PostgreSQL. A ring (`booking.process.wake_worker`) makes the worker look at once, a sweep makes it
look every 30 seconds whatever happens. A short Redis restart is ridden out; a long one ends the process, as arq 0.28
does, and whoever started the worker starts it again.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from secrets import token_urlsafe
from typing import Any, TypeVar, cast

os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")

from arq import cron, func
from arq.connections import RedisSettings
from asyncpg.exceptions import InterfaceError, PostgresError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from booking.mails.digest.ask import ask_for_digests
from booking.mails.fan_out import fan_out
from booking.mails.webhooks.deliver import deliver_webhooks, drop_waiting
from booking.mails.webhooks.post import Post
from booking.mails.write import writer
from booking.outbox.notices.beat import beat, forget, worker_name
from booking.outbox.notices.deliver import BATCH, deliver
from booking.outbox.notices.mailer import mailer_of
from booking.people.accounts.trial import refuse_wrong_data
from booking.process.embedded.provide import queue_url
from booking.process.redis_url import master_of, over_a_restart, redis_at
from booking.process.settings import Settings, read_settings
from booking.process.wake_worker import JOB
from booking.programme.ptech.remind import remind_of_actions
from booking.visits.attendance.lapse import lapse as lapse_attendances
from booking.visits.attendance.lapse import remind_hosts
from booking.visits.attendance.warn import warn
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.remind import remind
from booking.visits.reservations.remind_principal import remind_principals
from booking.year.purge import purge
from workshops.database import DatabaseAway, open_pool

# arq reads the address before it starts anything: where nobody gives one, our own Valkey must be there by then.
REDIS_URL = queue_url(read_settings().data_dir)

logger = logging.getLogger(__name__)

Context = dict[str, Any]
Job = TypeVar("Job", bound=Callable[..., Coroutine[Any, Any, None]])

NAME = worker_name()
POOL_SIZE = 4
BEAT_SECONDS = 30
TOKEN_BYTES = 32
AT_A_STRETCH = timedelta(seconds=60)
WEBHOOKS = "send_webhooks"
LASTS = timedelta(minutes=5)
ENDS_WITHIN = 10


def later(job: Job) -> Job:
    """A job that PostgreSQL's absence puts off to its next turn, without a trace of its own for each turn."""

    @wraps(job)
    async def put_off(ctx: Context) -> None:
        with suppress(DatabaseAway):
            await job(ctx)

    return cast(Job, put_off)


@dataclass
class Sending:
    """Whether this process sends mails at the moment, and whether somebody rang for more."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    rung: bool = False


@later
async def deliver_notices(ctx: Context) -> None:
    """Tell what was done, then send the mails that are due; one batch at a time in this process.

    A ring that comes meanwhile is over at once, and whoever sends rings again: a worker does ten things at a time, and
    as many rings that wait for each other would keep it from what the clock asks, a draw first of all.
    """
    settings: Settings = ctx["settings"]
    sending: Sending = ctx["sending"]
    clock = ctx.get("clock", _now)
    until = _now() + AT_A_STRETCH
    await fan_out(now=clock())
    await _ring(ctx, WEBHOOKS)
    sending.rung = True
    if sending.turn.locked():
        return
    async with sending.turn:
        sending.rung, handled = False, BATCH
        while handled == BATCH and _now() < until:
            handled = await deliver(
                ctx["mailer"],
                ctx["write"],
                mail_from=settings.mail_from,
                reply_to=settings.reply_to,
                rate=settings.mail_rate,
                now=clock(),
            )
    if sending.rung or handled == BATCH:
        await _ring(ctx, JOB)


async def _ring(ctx: Context, job: str) -> None:
    """For a job of its own: no receiver holds up a mail. While Redis is away a sweep does it all."""
    if "ring" in ctx:
        ctx["ring"](job)
    if "redis" in ctx:
        with suppress(RedisError, OSError):
            await ctx["redis"].enqueue_job(job)


@later
async def send_webhooks(ctx: Context) -> None:
    """Tell other programs what waits for them; the turn that is under way takes what comes meanwhile."""
    settings: Settings = ctx["settings"]
    if settings.shown:
        await drop_waiting(now=ctx.get("clock", _now)())
        return
    if ctx["telling"].locked():
        return
    async with ctx["telling"]:
        await deliver_webhooks(
            ctx["post"],
            base_url=settings.base_url,
            secret_key=settings.secret_key,
            clock=ctx.get("clock", _now),
            trial=settings.demo,
        )


@later
async def sweep_notices(ctx: Context) -> None:
    """Look for mails whose ring was lost, or whose time to try again has come."""
    await deliver_notices(ctx)


@later
async def tick(ctx: Context) -> None:
    """Each minute, what the clock ends or brings: demands and offers that lapse, lists that lock, reminders.

    Several workers may tick at once: each fact is taken and told once. `ctx["clock"]` moves its clock.
    """
    now = ctx.get("clock", _now)()
    await lapse(now=now)
    await lapse_attendances(now=now)
    await remind(now=now)
    await remind_hosts(now=now)
    await warn(now=now)
    await remind_of_actions(now=now)
    await ask_for_digests(now=now)
    await remind_principals(new_token=partial(token_urlsafe, TOKEN_BYTES), now=now)
    await deliver_notices(ctx)


@later
async def hold_due_draws(ctx: Context) -> None:
    """Hold the draws whose hour is over, then tell everybody; a worker that dies leaves the rest to the next turn."""
    settings: Settings = ctx["settings"]
    new_token = partial(token_urlsafe, TOKEN_BYTES)
    if await hold_draws(secret_key=settings.secret_key, new_token=new_token, now=ctx.get("clock", _now)()):
        await deliver_notices(ctx)


@later
async def read_replies(ctx: Context) -> None:
    """Take in what people's agendas answered, where the settings say that it arrives."""
    settings: Settings = ctx["settings"]
    if settings.replies_dir:
        from booking.calendar.replies.read_folder import read_folder  # noqa: PLC0415 few have one: icalendar is big

        await read_folder(settings.replies_dir, secret_key=settings.secret_key, now=_now())
    if settings.imap_url:
        from booking.calendar.replies.mailbox import read_mailbox  # noqa: PLC0415 as above

        await read_mailbox(settings.imap_url, secret_key=settings.secret_key, now=_now())


@later
async def clean(ctx: Context) -> None:
    """Once a day, erase what was kept long enough and throw away what is spent; all of a trial that is shown."""
    settings: Settings = ctx["settings"]
    await forget(now=_now())
    if settings.shown:
        from booking.demo.renew import renew  # noqa: PLC0415 the examples, which few have

        if await renew(data_dir=settings.data_dir, now=_now()):
            return
    await purge(data_dir=settings.data_dir, now=_now())


@dataclass(frozen=True)
class OnTime:
    """What the clock asks for: at which times (as arq writes them), and whether a worker begins with it."""

    do: Callable[..., Coroutine[Any, Any, None]]
    at: Mapping[str, Any]
    at_start: bool = False
    lasts: timedelta = LASTS


# What a worker does, whoever rings and tells the hour: Redis through arq, or PostgreSQL
# (`booking.commands.worker_without_redis`).
RUNG = {JOB: deliver_notices, WEBHOOKS: send_webhooks}
CLOCKWORK = (
    OnTime(sweep_notices, {"second": {0, 30}}, at_start=True),
    OnTime(send_webhooks, {"second": {5, 20, 35, 50}}, at_start=True),
    OnTime(hold_due_draws, {"second": {1, 16, 31, 46}}),
    OnTime(tick, {"second": {10}}),
    OnTime(read_replies, {"minute": set(range(0, 60, 5)), "second": 40}, at_start=True),
    OnTime(clean, {"hour": 3, "minute": 17}, lasts=timedelta(hours=1)),
)


async def start(ctx: Context) -> None:
    """Open what the jobs use; raises SettingsRefused when the settings do not describe a way out for mails, or
    when the data are not what the settings are for."""
    settings = read_settings()
    await refuse_wrong_data(settings)
    ctx["settings"] = settings
    ctx["mailer"] = mailer_of(settings)
    ctx["write"] = writer(settings)
    ctx["sending"] = Sending()
    ctx["post"] = Post(trial=settings.demo)
    ctx["telling"] = asyncio.Lock()
    ctx["open"] = AsyncExitStack()
    await ctx["open"].enter_async_context(open_pool(size=POOL_SIZE, ready=False))
    ctx["heart"] = asyncio.create_task(_live())


async def stop(ctx: Context) -> None:
    """Close what was opened."""
    if "heart" in ctx:
        ctx["heart"].cancel()
    if "open" in ctx:
        await ctx["open"].aclose()


async def _live() -> None:
    """Beat in this very process: a job could be taken by another worker, and say nothing about this one."""
    while True:
        try:
            await beat(NAME, now=_now())
        except DatabaseAway:
            """The database's door has said so, once."""
        except (PostgresError, InterfaceError):
            logger.exception("PostgreSQL did not take this worker's sign of life")
        await asyncio.sleep(BEAT_SECONDS)


def redis_settings(redis_url: str) -> RedisSettings:
    """How the worker talks to Redis: it waits for one that starts late, and retries over a restart."""
    settings = redis_at(redis_url)
    settings.conn_retries = 30
    settings.retry = over_a_restart()
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    return settings


def _now() -> datetime:
    return datetime.now(UTC)


class WorkerSettings:
    """What arq reads. Results are kept nowhere: a kept result would swallow the next job of the same name."""

    functions = [  # noqa: RUF012 - arq's own form
        func(job, name=name, keep_result=0, max_tries=1) for name, job in RUNG.items()
    ]
    cron_jobs = [  # noqa: RUF012 - arq's own form
        cron(one.do, **one.at, run_at_startup=one.at_start, keep_result=0, max_tries=1, timeout=one.lasts)
        for one in CLOCKWORK
    ]
    on_startup = start
    on_shutdown = stop
    redis_settings = redis_settings(REDIS_URL)
    redis_pool = master_of(REDIS_URL, over_a_restart())
    job_timeout = LASTS
    job_completion_wait = ENDS_WITHIN
    poll_delay = 0.25
    health_check_interval = 60
