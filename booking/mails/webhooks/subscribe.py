"""Subscribing another program to acts, and ending it.

Leaving a receiver alone for a while, and going on.

Sending again what was given up, and sending a trial.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.mails.webhooks.addresses import receiver_of
from booking.mails.webhooks.queries import count_of
from booking.mails.webhooks.rules import (
    MOST,
    DeliveryNotFailed,
    PausedWhy,
    TooManyWebhooks,
    WebhookKnown,
    WebhookPaused,
    refuse_foreign_acts,
)
from booking.mails.webhooks.sign import RECEIVER, holds_another, sealed_secret, secret_of
from booking.mails.webhooks.tables import Webhook, WebhookDelivery
from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import Role
from booking.process.secret_key import before_of, unsealed
from workshops.acts import Act, typed
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

# Two who subscribe at once with one membership are counted one after the other.
LOCK = "SELECT id FROM memberships WHERE id = $1 FOR NO KEY UPDATE"
# Told of the same acts at the same address, paused or not.
EQUAL = """SELECT label FROM webhooks
WHERE membership = $1 AND url = $2 AND acts @> $3::varchar[] AND acts <@ $3::varchar[] ORDER BY id LIMIT 1"""


class Subscribe(Act, frozen=True, kw_only=True):
    """Another program is told of acts."""

    label: Annotated[str, typed("Nom du logiciel", "What the program is called.", most=80, least=1)]
    url: Annotated[str, typed("Adresse à prévenir", "Where it listens, https alone.", most=500, least=1)]
    acts: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z_]{1,60}$")], ...],
        Meta(max_length=200, description="What it is told of.", extra={"label": "Prévenu de"}),
    ] = ()


async def subscribe(
    asked: Subscribe, *, membership: int, role: Role, by: int, salt: bytes, secret_key: str, trial: bool, now: datetime
) -> int:
    """From now on the program is told of these acts; its secret is `rules.secret_of(salt, secret_key)`.

    Raises Invalid for an address or an act that may not be, NotFound, WebhookKnown, TooManyWebhooks.
    """
    refuse_foreign_acts(asked.acts, role)
    receiver_of(asked.url, trial=trial)
    acts = sorted(set(asked.acts))
    async with transaction():
        if await value(LOCK, membership) is None:
            raise NotFound()
        if (label := await value(EQUAL, membership, asked.url, acts)) is not None:
            raise WebhookKnown(WebhookKnown.sentence.format(label))
        if await count_of(membership) >= MOST:
            raise TooManyWebhooks()
        fresh = Webhook(
            membership=membership,
            label=asked.label,
            url=asked.url,
            acts=acts,
            salt=salt,
            sealed=sealed_secret(secret_of(salt, secret_key), secret_key),
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


async def take_secret(webhook: int, *, membership: int, by: int, secret_key: str, now: datetime) -> str:
    """The secret that the program is given in place of the one that it holds, since the site's key has changed: from
    now on what is sent is signed by this one alone. Raises NotFound."""
    async with transaction():
        own = or_not_found(await row(OWN, webhook, membership))
        secret = secret_of(own["salt"], secret_key)
        taken = Webhook.update({Webhook.sealed: sealed_secret(secret, secret_key)})
        await taken.where(Webhook.id == webhook)
        await record("webhook_secret_taken", by=by, about_kind="webhook", about=webhook, now=now)
    return secret


OWN = "SELECT id, salt FROM webhooks WHERE id = $1 AND membership = $2 FOR UPDATE"
MAKER = """SELECT a.email, a.name FROM webhooks w JOIN memberships m ON m.id = w.membership
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL WHERE w.id = $1"""


async def pause(webhook: int, *, membership: int, by: int, now: datetime) -> None:
    """Nothing leaves, until it goes on or catches up. Paused already, nothing changes.

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


REQUEUE = """UPDATE webhook_deliveries d SET state = 'waiting', attempts = 0, since = $2, next_try_at = $2,
  done_at = NULL, last_error = ''
FROM webhooks w WHERE d.id = $1 AND w.id = d.webhook AND ($3::int IS NULL OR w.membership = $3) AND d.state = 'failed'
RETURNING d.webhook"""
OF = """SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
WHERE d.id = $1 AND ($2::int IS NULL OR w.membership = $2)"""
STANDS = "SELECT paused_at IS NOT NULL AS paused FROM webhooks WHERE id = $1 AND membership = $2"


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
        own = or_not_found(await row(STANDS, webhook, membership))
        if own["paused"]:
            raise WebhookPaused()
        trial = WebhookDelivery(webhook=webhook, about_kind="webhook", about=webhook, since=now, next_try_at=now)
        await WebhookDelivery.insert(trial)


RESEAL = """UPDATE webhooks w SET sealed = n.sealed FROM unnest($1::int[], $2::bytea[]) AS n (id, sealed)
WHERE w.id = n.id"""


async def reseal_secrets(secret_key: str) -> Counter[str]:
    """Seal the receivers' secrets by the site's key, so that those before it may go; how many are `sealed` anew, how
    many receivers have still to take their new one (`turning`), how many secrets no key opens (`lost`), and how many
    may be of any of several keys (`wait`)."""
    told, fresh = Counter[str](), dict[int, bytes]()
    async with transaction():
        for webhook in await Webhook.select(Webhook.id, Webhook.salt, Webhook.sealed):
            before = before_of(secret_key)
            if webhook["sealed"] is None:
                if len(before) == 1:
                    fresh[webhook["id"]] = sealed_secret(secret_of(webhook["salt"], before[0]), secret_key)
                elif before:
                    told["wait"] += 1
            elif (opened := unsealed(webhook["sealed"], purpose=RECEIVER, secret_key=secret_key)) is None:
                told["lost"] += 1
                continue
            elif opened[1] != secret_key:
                fresh[webhook["id"]] = sealed_secret(opened[0].decode(), secret_key)
            told["turning"] += holds_another(webhook["salt"], fresh.get(webhook["id"], webhook["sealed"]), secret_key)
        await rows(RESEAL, list(fresh), list(fresh.values()))
    told["sealed"] = len(fresh)
    return told
