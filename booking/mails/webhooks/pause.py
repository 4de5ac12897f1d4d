"""Leaving a receiver alone for a while, and going on."""

from __future__ import annotations

from datetime import datetime

from booking.mails.webhooks.rules import PausedWhy
from booking.outbox.notices.queue import queue
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

OWN = "SELECT id FROM webhooks WHERE id = $1 AND membership = $2 FOR UPDATE"
PAUSE = "UPDATE webhooks SET paused_at = $2, paused_why = $3 WHERE id = $1 AND paused_at IS NULL RETURNING id"
RESUME = """UPDATE webhooks SET paused_at = NULL, paused_why = '', failing_since = NULL, rests_until = NULL
WHERE id = $1 AND paused_at IS NOT NULL RETURNING id"""
MAKER = """SELECT a.email, a.name FROM webhooks w JOIN memberships m ON m.id = w.membership
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL WHERE w.id = $1"""


async def pause(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """Nothing leaves, and what is done meanwhile is not kept for later. Paused already, nothing changes.

    Raises NotFound.
    """
    async with transaction():
        if await value(OWN, webhook, membership) is None:
            raise NotFound()
        if await value(PAUSE, webhook, now, PausedWhy.MAKER) is not None:
            await record("webhook_paused", by=by, about_kind="webhook", about=webhook, now=now)


async def resume(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """What waited before the pause leaves, and what is done from now on. Raises NotFound."""
    async with transaction():
        if await value(OWN, webhook, membership) is None:
            raise NotFound()
        if await value(RESUME, webhook) is not None:
            await record("webhook_resumed", by=by, about_kind="webhook", about=webhook, now=now)


async def leave_alone(webhook: int, why: PausedWhy, *, now: datetime) -> None:
    """Pause a subscription to which nothing arrives, and tell its maker by mail."""
    async with transaction():
        if await value(PAUSE, webhook, now, why) is None:
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
