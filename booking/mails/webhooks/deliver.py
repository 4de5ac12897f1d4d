"""Sending what waits: many receivers side by side, what is about one thing in order. No request inside a transaction.

A delivery is claimed by moving its `next_try_at`, in one statement that skips the rows other workers hold. A worker
that dies between sending and saying so leaves it to be sent again after the lease, under the same `webhook-id`: at
least once, never zero times. The next event about the same thing waits until this one has arrived or is given up.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import random
from time import monotonic

import msgspec
from msgspec import Struct

from booking.mails.webhooks.post import Gone, NotTaken, Post
from booking.mails.webhooks.queries import may_read
from booking.mails.webhooks.rules import (
    RESTS,
    TRIAL,
    DeliveryState,
    GiveUpDelivery,
    PausedWhy,
    TryDeliveryAgain,
    after_failure,
    should_pause,
    telling,
)
from booking.mails.webhooks.sign import headers_of, secrets_of
from booking.mails.webhooks.subscribe import leave_alone
from booking.mails.webhooks.tables import WebhookDelivery
from workshops.database import DatabaseAway, rows, value
from workshops.database.request_id import request_id
from workshops.database.row_types import rows_as

logger = logging.getLogger(__name__)

# Longer than a receiver may take to answer: a claimed delivery is no one else's until then.
LEASE = timedelta(seconds=60)
AT_ONCE = 10
LOOK_SECONDS = 1.0
AT_A_STRETCH = 60.0

# $1 now, $2 the lease's end, $3 the subscriptions that this worker is busy with, $4 whether this is a trial: the
# programs of its invented people are told of nothing elsewhere. Of each one only the first delivery
# about each thing: whoever holds it keeps the others from every worker, as it still waits until its outcome is written.
CLAIM = f"""WITH due AS (
  SELECT d.id FROM webhooks w CROSS JOIN LATERAL (
    SELECT d.id FROM webhook_deliveries d
    WHERE d.webhook = w.id AND d.state = 'waiting' AND d.next_try_at <= $1 AND NOT EXISTS (
      SELECT FROM webhook_deliveries b WHERE b.webhook = d.webhook AND b.about_kind = d.about_kind
        AND b.about = d.about AND b.state = 'waiting' AND b.id < d.id)
    ORDER BY d.id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED
  ) d
  WHERE w.paused_at IS NULL AND (w.rests_until IS NULL OR w.rests_until <= $1) AND w.id <> ALL ($3::int[])
), claimed AS (
  UPDATE webhook_deliveries d SET attempts = attempts + 1, next_try_at = $2 FROM due WHERE d.id = due.id
  RETURNING d.id, d.webhook, d.event, d.about_kind, d.about, d.attempts, d.since
)
SELECT c.id, c.webhook, c.about_kind, c.about, c.attempts, c.since, w.url, w.salt, w.sealed, e.id AS event, e.sequence,
  coalesce(e.act, '{TRIAL}') AS act, coalesce(e.at, c.since) AS at, coalesce(e.request, '') AS request,
  (SELECT by.name FROM applications by WHERE by.id = e.program) AS program,
  {may_read("c.about_kind", "c.about")} AND ($4 OR NOT EXISTS (
    SELECT FROM memberships m JOIN accounts a ON a.id = m.account WHERE m.id = w.membership AND a.example)) AS readable
FROM claimed c JOIN webhooks w ON w.id = c.webhook LEFT JOIN events e ON e.id = c.event
ORDER BY c.id"""  # noqa: S608 - constants only
# An outcome is only told of the attempt that it is of: after a lease has run out, another worker's word counts.
SETTLE = """UPDATE webhook_deliveries d SET state = o.state, next_try_at = o.at, last_error = o.error,
  done_at = CASE WHEN o.state = 'waiting' THEN NULL ELSE $6::timestamptz END
FROM unnest($1::bigint[], $2::smallint[], $3::varchar[], $4::timestamptz[], $5::text[])
  AS o (id, attempts, state, at, error)
WHERE d.id = o.id AND d.attempts = o.attempts AND d.state = 'waiting'"""
REACHED = "UPDATE webhooks SET failing_since = NULL, rests_until = NULL WHERE id = $1 AND failing_since IS NOT NULL"
MISSED = """UPDATE webhooks SET failing_since = coalesce(failing_since, $2), rests_until = $3 WHERE id = $1
RETURNING failing_since"""


class ClaimedDelivery(Struct, frozen=True):
    """A delivery that one worker is sending; `attempts` counts this one. `event` is None for a trial."""

    id: int
    webhook: int
    about_kind: str
    about: int
    attempts: int
    since: datetime
    url: str
    salt: bytes
    sealed: bytes | None
    event: int | None
    sequence: int | None
    act: str
    at: datetime
    request: str
    program: str | None
    readable: bool


class DeliveryOutcome(Struct, frozen=True):
    """What became of a delivery; `at` is when it is tried again, or was tried last."""

    id: int
    attempts: int
    state: DeliveryState
    at: datetime
    error: str = ""
    gone: bool = False
    trial: bool = False


async def deliver_webhooks(
    post: Post, *, base_url: str, secret_key: str, clock: Callable[[], datetime], trial: bool = False
) -> int:
    """Send all that is due, each receiver at its own pace; returns how many deliveries were handled."""
    handled, busy = 0, dict[int, asyncio.Task[int]]()
    until = monotonic() + AT_A_STRETCH
    try:
        while True:
            if monotonic() < until:
                for webhook, batch in (await _claimed(list(busy), trial=trial, now=clock())).items():
                    sent = _send_batch(post, batch, base_url=base_url, secret_key=secret_key, clock=clock)
                    busy[webhook] = asyncio.create_task(sent)
            if not busy:
                return handled
            await asyncio.wait(busy.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for webhook in [one for one, task in busy.items() if task.done()]:
                handled += _handled(webhook, busy.pop(webhook))
    finally:
        for task in busy.values():
            task.cancel()


def _handled(webhook: int, batch: asyncio.Task[int]) -> int:
    """What goes wrong with one receiver is in the log and stops no other; its deliveries are due after their lease."""
    error = batch.exception()
    if error is None:
        return batch.result()
    if isinstance(error, DatabaseAway):
        raise error
    logger.error("the deliveries of webhook %s stopped", webhook, exc_info=error)
    return 0


async def _claimed(busy: Sequence[int], *, trial: bool, now: datetime) -> dict[int, list[ClaimedDelivery]]:
    batches = defaultdict[int, list[ClaimedDelivery]](list)
    for delivery in await rows_as(ClaimedDelivery, CLAIM, now, now + LEASE, list(busy), trial):
        batches[delivery.webhook].append(delivery)
    return batches


async def _send_batch(
    post: Post, batch: Sequence[ClaimedDelivery], *, base_url: str, secret_key: str, clock: Callable[[], datetime]
) -> int:
    outcomes = await asyncio.gather(
        *(_send(post, one, base_url=base_url, secret_key=secret_key, clock=clock) for one in batch)
    )
    now = clock()
    await rows(
        SETTLE,
        [one.id for one in outcomes],
        [one.attempts for one in outcomes],
        [one.state for one in outcomes],
        [one.at for one in outcomes],
        [one.error for one in outcomes],
        now,
    )
    await _judge_receiver(batch[0].webhook, outcomes, now=now)
    return len(outcomes)


async def _send(
    post: Post, delivery: ClaimedDelivery, *, base_url: str, secret_key: str, clock: Callable[[], datetime]
) -> DeliveryOutcome:
    request_id.set(delivery.request)  # of this task alone: each delivery has its own
    if not delivery.readable:
        return DeliveryOutcome(delivery.id, delivery.attempts, DeliveryState.DROPPED, clock())
    try:
        body = body_of(delivery, base_url=base_url)
        held = secrets_of(delivery.salt, delivery.sealed, secret_key)
        signed = headers_of(f"msg_{delivery.id}", body, secrets=held, at=clock())
        named = {"X-Request-ID": delivery.request} if delivery.request else {}
        await post.send(delivery.url, body, signed | named)
    except NotTaken as no:
        logger.warning("webhook delivery %s did not arrive, attempt %s: %s", delivery.id, delivery.attempts, no)
        return _missed(delivery, str(no), gone=isinstance(no, Gone), now=clock())
    except Exception:
        number = uuid.uuid4().hex[:8]
        logger.exception("webhook delivery %s could not be sent, error %s", delivery.id, number)
        return _missed(delivery, f"Une panne de notre côté a empêché l'envoi (erreur {number}).", now=clock())
    return DeliveryOutcome(delivery.id, delivery.attempts, DeliveryState.SENT, clock())


def _missed(delivery: ClaimedDelivery, why: str, *, gone: bool = False, now: datetime) -> DeliveryOutcome:
    """A trial has one try: its maker waits for the answer, and asks for another."""
    if delivery.event is None:
        return DeliveryOutcome(delivery.id, delivery.attempts, DeliveryState.FAILED, now, why, gone, trial=True)
    chance = random()  # noqa: S311 - a spread
    match after_failure(attempts=delivery.attempts, since=delivery.since, chance=chance, now=now):
        case TryDeliveryAgain(at=at):
            return DeliveryOutcome(delivery.id, delivery.attempts, DeliveryState.WAITING, at, why, gone)
        case GiveUpDelivery():
            return DeliveryOutcome(delivery.id, delivery.attempts, DeliveryState.FAILED, now, why, gone)


def body_of(delivery: ClaimedDelivery, *, base_url: str) -> bytes:
    """What the receiver reads: that something was done and where the API tells it, nobody's name and no words."""
    told = telling(
        delivery.event,
        act=delivery.act,
        about_kind=delivery.about_kind,
        about=delivery.about,
        at=delivery.at,
        sequence=delivery.sequence,
        program=delivery.program,
        base_url=base_url,
    )
    return msgspec.json.encode(told)


async def _judge_receiver(webhook: int, outcomes: Sequence[DeliveryOutcome], *, now: datetime) -> None:
    states = {one.state for one in outcomes if not one.trial}
    if any(one.gone for one in outcomes):
        await leave_alone(webhook, PausedWhy.GONE, now=now)
    elif DeliveryState.SENT in states:
        await rows(REACHED, webhook)
    elif states & {DeliveryState.WAITING, DeliveryState.FAILED}:
        failing_since = await value(MISSED, webhook, now, now + RESTS)
        if DeliveryState.FAILED in states and should_pause(failing_since, now):
            await leave_alone(webhook, PausedWhy.FAILING, now=now)


async def drop_waiting(*, now: datetime) -> None:
    """What waits ends here, as what invented people subscribed does where there is no trial: it never leaves later.

    A trial that is shown tells no program, not even one that was subscribed before it was shown.
    """
    over = WebhookDelivery.update({WebhookDelivery.state: DeliveryState.DROPPED, WebhookDelivery.done_at: now})
    await over.where(WebhookDelivery.state == DeliveryState.WAITING)
