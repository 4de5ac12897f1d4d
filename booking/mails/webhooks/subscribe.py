"""Subscribing another program to acts, and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.mails.webhooks.queries import count_of
from booking.mails.webhooks.rules import MOST, TooManyWebhooks, receiver_of, refuse_foreign_acts
from booking.mails.webhooks.tables import Webhook
from booking.people.accounts.rules import Role
from workshops.acts import Act, typed
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

# Two who subscribe at once with one membership are counted one after the other.
LOCK = "SELECT id FROM memberships WHERE id = $1 FOR NO KEY UPDATE"


class Subscribe(Act, frozen=True, kw_only=True):
    """Another program is told of acts."""

    label: Annotated[str, typed("Nom du logiciel", "What the program is called.", most=80, least=1)]
    url: Annotated[str, typed("Adresse à prévenir", "Where it listens, https alone.", most=500, least=1)]
    acts: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z_]{1,60}$")], ...],
        Meta(max_length=200, description="What it is told of.", extra={"label": "Prévenu de"}),
    ] = ()


async def subscribe(
    asked: Subscribe, *, membership: int, role: Role, by: int, salt: bytes, trial: bool, now: datetime
) -> int:
    """From now on the program is told of these acts; its secret is `rules.secret_of(salt)`.

    Raises Invalid for an address or an act that may not be, NotFound, TooManyWebhooks.
    """
    refuse_foreign_acts(asked.acts, role)
    receiver_of(asked.url, trial=trial)
    async with transaction():
        if await value(LOCK, membership) is None:
            raise NotFound()
        if await count_of(membership) >= MOST:
            raise TooManyWebhooks()
        fresh = Webhook(
            membership=membership,
            label=asked.label,
            url=asked.url,
            acts=sorted(set(asked.acts)),
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
