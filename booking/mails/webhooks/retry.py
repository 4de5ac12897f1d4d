"""Sending again what was given up, and sending a trial."""

from __future__ import annotations

from datetime import datetime

from booking.mails.webhooks.rules import DeliveryNotFailed, WebhookPaused
from booking.mails.webhooks.tables import WebhookDelivery
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

REQUEUE = """UPDATE webhook_deliveries d SET state = 'waiting', attempts = 0, since = $2, next_try_at = $2,
  done_at = NULL, last_error = ''
FROM webhooks w WHERE d.id = $1 AND w.id = d.webhook AND ($3::int IS NULL OR w.membership = $3) AND d.state = 'failed'
RETURNING d.webhook"""
OF = """SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
WHERE d.id = $1 AND ($2::int IS NULL OR w.membership = $2)"""
OWN = "SELECT paused_at IS NOT NULL AS paused FROM webhooks WHERE id = $1 AND membership = $2"


async def relaunch_delivery(delivery: int, *, membership: int | None, by: int, now: datetime) -> None:
    """A failed delivery has its 24 hours anew; `membership=None` is the coordination, for any subscription.

    Raises NotFound, DeliveryNotFailed.
    """
    async with transaction():
        webhook = await value(REQUEUE, delivery, now, membership)
        if webhook is None:
            raise DeliveryNotFailed() if await value(OF, delivery, membership) is not None else NotFound()
        await record("webhook_relaunched", by=by, about_kind="webhook", about=webhook, now=now)


async def send_trial(webhook: int, *, membership: int, now: datetime) -> None:
    """A signed request of which nothing follows: whether the receiver takes it is seen on the page.

    Raises NotFound, WebhookPaused.
    """
    async with transaction():
        own = or_not_found(await row(OWN, webhook, membership))
        if own["paused"]:
            raise WebhookPaused()
        trial = WebhookDelivery(webhook=webhook, about_kind="webhook", about=webhook, since=now, next_try_at=now)
        await WebhookDelivery.insert(trial)
