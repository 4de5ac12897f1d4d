"""Subscriptions of other programs, for machines: which there are and what did not arrive, without their secrets.

One is made on its page, where its secret is shown once: no key is a way to another secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, page_of, start_of, told_as
from booking.door.rights.guards import NO_PROGRAM, AnyOf, Now, may
from booking.mails.webhooks.catch_up import CatchUp, catch_up
from booking.mails.webhooks.queries import (
    Delivery,
    Subscriber,
    Subscription,
    notable_deliveries,
    subscription,
    subscriptions_of,
)
from booking.mails.webhooks.rules import TOLD_OUTSIDE, DeliveryState, PausedWhy
from booking.mails.webhooks.subscribe import pause, resume, unsubscribe
from workshops.refusals import or_not_found

ACTS = tuple(act for some in TOLD_OUTSIDE.values() for act in some)


class Failure(msgspec.Struct):
    """An event that has not arrived: given up after 24 hours (`failed`), or tried again (`waiting`)."""

    id: int
    act: str
    about_kind: Annotated[str, told_as("reservation", "slot", "attendance", "webhook")]
    about: int
    state: DeliveryState
    attempts: int
    at: datetime
    error: str


class WebhookAnswer(msgspec.Struct):
    """A subscription to acts, never its secret. `paused_why`: by its maker, because nothing arrives, or because the
    receiver answered 410."""

    id: int
    label: str
    url: str
    acts: list[Annotated[str, told_as(*ACTS)]]
    created_at: datetime
    paused_at: datetime | None
    paused_why: PausedWhy | None
    failing_since: datetime | None
    last_arrival_at: datetime | None
    undelivered: int
    failures: list[Failure]


@get("/webhooks", opt=may("programs.tell") | NO_PROGRAM)
async def list_webhooks(person: AnyOf[Subscriber], limit: Limit = PAGE, cursor: Cursor = None) -> Page[WebhookAnswer]:
    """The subscriptions made in one's role, each with what last failed. One is made at /compte/logiciels only, where
    its secret is shown once."""
    after = start_of(cursor, of="webhooks")
    found = await subscriptions_of(person.membership, after=after, limit=limit + 1)
    missed = await _missed(person.membership)
    return page_of(found, lambda subscription: _answer(subscription, missed), of="webhooks", limit=limit)


@get("/webhooks/{number:int}", opt=may("programs.tell") | NO_PROGRAM)
async def read_webhook(number: FromPath[int], person: AnyOf[Subscriber]) -> WebhookAnswer:
    """One of them."""
    return await _one(number, person)


@delete("/webhooks/{number:int}", opt=may("programs.tell") | NO_PROGRAM)
async def withdraw_webhook(number: FromPath[int], person: AnyOf[Subscriber], now: Now) -> None:
    """End a subscription: what waits for it is gone."""
    await unsubscribe(number, membership=person.membership, by=person.account, now=now)


@post("/webhooks/{number:int}/pause", opt=may("programs.tell") | NO_PROGRAM, status_code=200)
async def pause_webhook(number: FromPath[int], person: AnyOf[Subscriber], now: Now) -> WebhookAnswer:
    """Send nothing for a while; a resumption sends what is missed meanwhile."""
    await pause(number, membership=person.membership, by=person.account, now=now)
    return await _one(number, person)


@delete("/webhooks/{number:int}/pause", opt=may("programs.tell") | NO_PROGRAM, status_code=200)
async def resume_webhook(number: FromPath[int], person: AnyOf[Subscriber], now: Now) -> WebhookAnswer:
    """Go on: what waited before the pause leaves, what was done meanwhile does not."""
    await resume(number, membership=person.membership, by=person.account, now=now)
    return await _one(number, person)


@post("/webhooks/{number:int}/resumption", opt=may("programs.tell") | NO_PROGRAM | {"refuses": (410,)}, status_code=200)
async def catch_webhook_up(
    number: FromPath[int], data: JSONBody[CatchUp], person: AnyOf[Subscriber], now: Now
) -> WebhookAnswer:
    """Go on with what was missed during the pause, or with all that followed an event: in order, of the last 30 days,
    what may be read now. What had arrived already is sent anew under another `webhook-id`."""
    await catch_up(number, data, membership=person.membership, by=person.account, now=now)
    return await _one(number, person)


async def _one(number: int, person: Subscriber) -> WebhookAnswer:
    found = or_not_found(await subscription(number, membership=person.membership))
    return _answer(found, await _missed(person.membership))


async def _missed(membership: int) -> Sequence[Delivery]:
    return [one for one in await notable_deliveries(membership) if one.last_error]


def _answer(subscription: Subscription, missed: Sequence[Delivery]) -> WebhookAnswer:
    return answer_of(
        WebhookAnswer,
        subscription,
        paused_why=subscription.paused_why or None,
        last_arrival_at=subscription.arrived_at,
        undelivered=subscription.waiting,
        failures=[answer_of(Failure, of, error=of.last_error) for of in missed if of.webhook == subscription.id],
    )
