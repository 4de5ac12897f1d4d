"""The background worker: `arq booking.worker.WorkerSettings`. It sends mails and webhooks and runs scheduled jobs;
Redis only tells it when.

The queue itself is in PostgreSQL. A wake (`booking.process.wake_worker`) makes the worker look at it at once, a sweep
every 30 seconds whatever happens. The worker survives a short restart of Redis; a long one ends the process, as arq
0.28 does, and its supervisor restarts it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_urlsafe
from time import monotonic
from typing import Any

from msgspec import Struct

os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")

from arq import cron, func
from redis.exceptions import RedisError

from booking.mails.certificates import ask_for_certificates
from booking.mails.digests import ask_for_digests
from booking.mails.evening import ask_for_thanks
from booking.mails.fan_out import fan_out
from booking.mails.webhooks.deliver import deliver_webhooks, drop_waiting
from booking.mails.webhooks.post import Post
from booking.mails.write import writer
from booking.outbox.journal.note_access import listen
from booking.outbox.notices.beat import ERASURE, beat_no_more, forget, keep_beating, take_turn, worker_name
from booking.outbox.notices.deliver import BATCH, Delivery, deliver
from booking.outbox.notices.mailer import mailer_of
from booking.outbox.watch.serve_metrics import counted
from booking.outbox.watch.tables_watch import TablesWatch
from booking.people.accounts.trial import refuse_wrong_data
from booking.process.embedded.provide import queue_url
from booking.process.postponable import postponable
from booking.process.redis_url import master_client, restart_retry, worker_settings
from booking.process.settings import Settings, read_settings
from booking.process.version import VERSION
from booking.process.wake_worker import DELIVERY_JOB
from booking.programme.ptech.remind import remind_of_actions
from booking.visits.attendance.lapse import lapse as lapse_attendances
from booking.visits.attendance.lapse import remind_hosts, warn
from booking.visits.handovers.hand_on import end_unanswered
from booking.visits.near_alerts.tell import tell_companies
from booking.visits.reservations.ask_approval import remind_principals
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.remind import remind
from booking.year.purge import purge
from workshops.database import open_pool
from workshops.milestones.remind import remind_of_milestones

# arq reads the URL before it starts anything: where none is configured, the embedded Valkey must run by then.
REDIS_URL = queue_url(read_settings().data_dir)
logger = logging.getLogger(__name__)

Context = dict[str, Any]

NAME = worker_name()
POOL_SIZE, TOKEN_BYTES = 4, 32
STOP_SECONDS = 10
LONGEST_RUN = timedelta(seconds=60)
# While acts go on being done, a worker rests so many times as long as its last mails took it, and at most so many
# seconds: whoever books needs the database.
RESTS, LONGEST_REST = 3, 2.0
WEBHOOKS = "send_webhooks"
JOB_TIMEOUT = timedelta(minutes=5)
SAY_WHAT_IS_DUE = (
    *(lapse_attendances, end_unanswered, remind, remind_hosts, warn, tell_companies, remind_of_actions),
    *(ask_for_digests, ask_for_thanks, ask_for_certificates, remind_of_milestones),
)


@postponable
async def deliver_notices(ctx: Context) -> None:
    """Turn new events into notices, then send the mails that are due; one batch at a time in this process.

    A job that finds a delivery under way ends at once, and that delivery enqueues another job: a worker runs ten jobs
    at a time, and as many that wait for each other would keep it from its scheduled jobs, above all from a draw.
    """
    settings: Settings = ctx["settings"]
    delivery: Delivery = ctx["delivery"]
    clock = ctx.get("clock", _now)
    until = _now() + LONGEST_RUN
    await fan_out(now=clock())
    await _wake(ctx, WEBHOOKS)
    delivery.woken = True
    if delivery.lock.locked():
        return
    async with delivery.lock:
        handled = BATCH
        while handled == BATCH and _now() < until:
            delivery.woken, began_at = False, monotonic()
            handled = await deliver(
                ctx["mailer"],
                ctx["write"],
                mail_from=settings.mail_from,
                reply_to=settings.reply_to,
                rate=settings.mail_rate,
                now=clock(),
            )
            if handled == BATCH and delivery.woken:
                await asyncio.sleep(min(LONGEST_REST, RESTS * (monotonic() - began_at)))
    if delivery.woken or handled == BATCH:
        await _wake(ctx, DELIVERY_JOB)


async def _wake(ctx: Context, job: str) -> None:
    """Enqueue a separate job: no webhook receiver delays a mail. While Redis is unavailable, the sweep does it all."""
    if "wake" in ctx:
        ctx["wake"](job)
    if "redis" in ctx:
        with suppress(RedisError, OSError):
            await ctx["redis"].enqueue_job(job)


@postponable
async def send_webhooks(ctx: Context) -> None:
    """Call the webhooks that are due; a run that is under way also takes those queued meanwhile."""
    settings: Settings = ctx["settings"]
    if settings.shown:
        await drop_waiting(now=ctx.get("clock", _now)())
        return
    if ctx["webhook_lock"].locked():
        return
    async with ctx["webhook_lock"]:
        await deliver_webhooks(
            ctx["post"],
            base_url=settings.base_url,
            secret_key=settings.secret_key,
            clock=ctx.get("clock", _now),
            trial=settings.demo,
        )


@postponable
async def sweep_notices(ctx: Context) -> None:
    """Find mails whose wake was lost, or whose retry is due."""
    await deliver_notices(ctx)


@postponable
async def tick(ctx: Context) -> None:
    """Each minute, what falls due: demands and offers that lapse, lists that lock, reminders.

    Several workers may run it at once: each fact is handled once. `ctx["clock"]` replaces its clock."""
    now = ctx.get("clock", _now)()
    await lapse(secret_key=ctx["settings"].secret_key, now=now)
    for say_what_is_due in SAY_WHAT_IS_DUE:
        await say_what_is_due(now=now)
    await remind_principals(new_token=partial(token_urlsafe, TOKEN_BYTES), now=now)
    await deliver_notices(ctx)


@postponable
async def hold_due_draws(ctx: Context) -> None:
    """Hold the draws whose hour is over, then tell everybody; a worker that dies leaves the rest to the next run."""
    settings: Settings = ctx["settings"]
    secret_key, new_token = settings.secret_key, partial(token_urlsafe, TOKEN_BYTES)
    now = ctx.get("clock", _now)()
    if await hold_draws(secret_key=secret_key, new_token=new_token, new_uid=settings.new_uid, now=now):
        await deliver_notices(ctx)


@postponable
async def read_replies(ctx: Context) -> None:
    """Read the replies of people's calendars to invitations, from where the settings say that they arrive."""
    settings: Settings = ctx["settings"]
    if settings.replies_dir:
        from booking.calendar.replies.mailbox import read_folder  # noqa: PLC0415 few have one: icalendar is big

        await read_folder(settings.replies_dir, secret_key=settings.secret_key, now=_now())
    if settings.imap_url:
        from booking.calendar.replies.mailbox import read_mailbox  # noqa: PLC0415 as above

        await read_mailbox(settings.imap_url, secret_key=settings.secret_key, now=_now())


@postponable
async def clean(ctx: Context) -> None:
    """Once a day, erase what has passed its retention period or expired; all of a trial that is shown to the public."""
    settings: Settings = ctx["settings"]
    await forget(now=_now())
    if settings.shown:
        from booking.demo.fill import renew  # noqa: PLC0415 the examples, which few have

        if await renew(data_dir=settings.data_dir, now=_now()):
            await take_turn(ERASURE, at=_now())
            return
    await purge(data_dir=settings.data_dir, now=_now())


class ScheduledJob(Struct, frozen=True):
    """A scheduled job: its times (in arq's notation), and whether a worker also runs it at its start."""

    job: Callable[..., Coroutine[Any, Any, None]]
    at: Mapping[str, Any]
    at_start: bool = False
    timeout: timedelta = JOB_TIMEOUT


# The jobs of a worker, whether Redis wakes and schedules it, or PostgreSQL does (`booking.commands.worker`).
JOBS = {DELIVERY_JOB: deliver_notices, WEBHOOKS: send_webhooks}
SCHEDULED_JOBS = (
    ScheduledJob(sweep_notices, {"second": {0, 30}}, at_start=True),
    ScheduledJob(send_webhooks, {"second": {5, 20, 35, 50}}, at_start=True),
    ScheduledJob(hold_due_draws, {"second": {1, 16, 31, 46}}),
    ScheduledJob(tick, {"second": {10}}),
    ScheduledJob(read_replies, {"minute": set(range(0, 60, 5)), "second": 40}, at_start=True),
    ScheduledJob(clean, {"hour": 3, "minute": 17}, timeout=timedelta(hours=1)),
)


async def start(ctx: Context) -> None:
    """Open what the jobs use; raises SettingsRefused when no way to send mails is configured, or when the data in the
    database are not of the kind that the settings are for."""
    settings = read_settings()
    listen()
    await refuse_wrong_data(settings)
    if ctx.get("announced"):
        logger.info("Technilab %s works: mails and what the clock asks", VERSION)
    ctx["settings"] = settings
    ctx["resources"] = AsyncExitStack()
    if settings.metrics_token:
        ctx["resources"].enter_context(counted(settings))
    ctx["mailer"] = mailer_of(settings)
    ctx["write"] = writer(settings)
    ctx["delivery"] = Delivery()
    ctx["post"] = Post(trial=settings.demo)
    ctx["webhook_lock"] = asyncio.Lock()
    await ctx["resources"].enter_async_context(open_pool(size=POOL_SIZE, ready=False))
    ctx["tables"] = await ctx["resources"].enter_async_context(TablesWatch().looking())
    # A task and not a job: a job could be taken by another worker, and would tell nothing about this one.
    ctx["heartbeat"] = asyncio.create_task(keep_beating(NAME, data_dir=settings.data_dir, clock=_now))


async def stop(ctx: Context) -> None:
    """Close what was opened."""
    if "heartbeat" in ctx:
        ctx["heartbeat"].cancel()
        await beat_no_more(NAME)
    if "resources" in ctx:
        await ctx["resources"].aclose()


def _now() -> datetime:
    return datetime.now(UTC)


class WorkerSettings:
    """arq's configuration. Results are not stored: a stored result would swallow the next job of the same name."""

    functions = [func(job, name=name, keep_result=0, max_tries=1) for name, job in JOBS.items()]  # noqa: RUF012
    cron_jobs = [  # noqa: RUF012 - arq's own format
        cron(
            scheduled.job,
            **scheduled.at,
            run_at_startup=scheduled.at_start,
            keep_result=0,
            max_tries=1,
            timeout=scheduled.timeout,
        )
        for scheduled in SCHEDULED_JOBS
    ]
    on_startup = start
    on_shutdown = stop
    redis_settings = worker_settings(REDIS_URL)
    redis_pool = master_client(REDIS_URL, restart_retry())
    job_timeout = JOB_TIMEOUT
    job_completion_wait = STOP_SECONDS
    poll_delay = 0.25
    health_check_interval = 60
