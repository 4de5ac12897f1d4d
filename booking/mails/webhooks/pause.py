"""Leaving a receiver alone for a while, and going on."""

from __future__ import annotations

from datetime import datetime

from booking.mails.webhooks.rules import PausedWhy
from booking.mails.webhooks.tables import Webhook
from booking.outbox.notices.queue import queue
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

OWN = "SELECT id FROM webhooks WHERE id = $1 AND membership = $2 FOR UPDATE"
MAKER = """SELECT a.email, a.name FROM webhooks w JOIN memberships m ON m.id = w.membership
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL WHERE w.id = $1"""


async def pause(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """Nothing leaves, and what is done meanwhile is not kept for later. Paused already, nothing changes.

    Raises NotFound.
    """
    async with transaction():
        if await value(OWN, webhook, membership) is None:
            raise NotFound()
        if await _pause(webhook, PausedWhy.MAKER, now):
            await record("webhook_paused", by=by, about_kind="webhook", about=webhook, now=now)


async def resume(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """What waited before the pause leaves, and what is done from now on. Raises NotFound."""
    async with transaction():
        if await value(OWN, webhook, membership) is None:
            raise NotFound()
        going_on = Webhook.update({Webhook.paused_at: None, Webhook.paused_why: ""})
        going_on = going_on.values({Webhook.failing_since: None, Webhook.rests_until: None})
        if await going_on.where(Webhook.id == webhook, Webhook.paused_at.is_not_null()).returning(Webhook.id):
            await record("webhook_resumed", by=by, about_kind="webhook", about=webhook, now=now)


async def _pause(webhook: int, why: PausedWhy, now: datetime) -> bool:
    pausing = Webhook.update({Webhook.paused_at: now, Webhook.paused_why: why})
    return bool(await pausing.where(Webhook.id == webhook, Webhook.paused_at.is_null()).returning(Webhook.id))


async def leave_alone(webhook: int, why: PausedWhy, *, now: datetime) -> None:
    """Pause a subscription to which nothing arrives, and tell its maker by mail."""
    async with transaction():
        if not await _pause(webhook, why, now):
            return
        await record("webhook_paused", by=None, about_kind="webhook", about=webhook, now=now)
        maker = await row(MAKER, webhook)
        if maker is not None:
            await queue(
                "webhook_paused",
                to_email=maker["email"],
                to_name=maker["name"],
                about_kind="webhook",
                about=webhook,
                once=f"webhook_paused:{webhook}:{now:%Y%m%d%H%M%S}",
                now=now,
            )
