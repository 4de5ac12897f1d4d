"""Subscribing another program to acts, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.mails.webhooks.queries import count_of
from booking.mails.webhooks.rules import MOST, TooManyWebhooks, receiver_of, refuse_foreign_acts
from booking.mails.webhooks.tables import Webhook
from booking.people.accounts.rules import Role
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

# Two who subscribe at once with one membership are counted one after the other.
LOCK = "SELECT id FROM memberships WHERE id = $1 FOR NO KEY UPDATE"


async def subscribe(
    *,
    membership: int,
    role: Role,
    by: int,
    label: str,
    url: str,
    acts: Sequence[str],
    salt: bytes,
    trial: bool,
    now: datetime,
) -> int:
    """From now on the program at `url` is told of these acts; its secret is `rules.secret_of(salt)`.

    Raises Invalid for an address or an act that may not be, NotFound, TooManyWebhooks.
    """
    receiver_of(url, trial=trial)
    refuse_foreign_acts(acts, role)
    async with transaction():
        if await value(LOCK, membership) is None:
            raise NotFound()
        if await count_of(membership) >= MOST:
            raise TooManyWebhooks()
        fresh = Webhook(
            membership=membership,
            label=label[:80],
            url=url,
            acts=sorted(set(acts)),
            salt=salt,
            created_at=now,
        )
        (kept,) = await Webhook.insert(fresh).returning(Webhook.id)
        await record("webhook_made", by=by, about_kind="webhook", about=kept["id"], now=now)
    return int(kept["id"])


async def unsubscribe(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """The program is told of nothing any more, and what waited for it is gone. Raises NotFound."""
    async with transaction():
        gone = (
            await Webhook.delete().where(Webhook.id == webhook, Webhook.membership == membership).returning(Webhook.id)
        )
        if not gone:
            raise NotFound()
        await record("webhook_withdrawn", by=by, about_kind="webhook", about=webhook, now=now)
