"""What a subscriber may read, which subscriptions there are, and what became of their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from booking.mails.webhooks.sign import holds_another, secrets_of
from booking.mails.webhooks.tables import Webhook
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host, Teacher
from workshops.database.row_types import row_as, rows_as

SHOWN = 20
Subscriber: TypeAlias = Teacher | Host | CompanyPerson | Coordinator
"""Whose programs may be told: whoever reads something of it in the API."""


def may_read(about_kind: str, about: str, *, membership: str = "w.membership") -> str:
    """SQL: whether a membership, that of the subscription `w`, may read a thing now, in its role."""
    return f"""EXISTS (
  SELECT FROM memberships reads_as JOIN accounts reader ON reader.id = reads_as.account AND reader.disabled_at IS NULL
  WHERE reads_as.id = {membership} AND CASE {about_kind}
    WHEN 'reservation' THEN EXISTS (
      SELECT FROM reservations read_visit JOIN slots read_slot ON read_slot.id = read_visit.slot
      WHERE read_visit.id = {about} AND (reads_as.role = 'coordinator'
        OR (reads_as.role = 'teacher' AND read_visit.school = reads_as.school)
        OR (reads_as.role = 'host' AND read_slot.school = reads_as.school AND read_visit.state <> 'in_draw')))
    WHEN 'slot' THEN EXISTS (
      SELECT FROM slots read_slot WHERE read_slot.id = {about}
        AND (reads_as.role = 'coordinator' OR (reads_as.role = 'host' AND read_slot.school = reads_as.school)))
    WHEN 'attendance' THEN EXISTS (
      SELECT FROM attendances read_coming JOIN slots read_slot ON read_slot.id = read_coming.slot
      WHERE read_coming.id = {about} AND (reads_as.role = 'coordinator'
        OR (reads_as.role = 'company' AND read_coming.company = reads_as.company)
        OR (reads_as.role = 'host' AND read_slot.school = reads_as.school)))
    WHEN 'closure' THEN reads_as.role = 'host' AND EXISTS (
      SELECT FROM events read_days
      WHERE read_days.about_kind = 'closure' AND read_days.about = {about} AND read_days.also = reads_as.school)
    ELSE {about_kind} = 'webhook' END)"""  # noqa: S608 - names of columns only


_SUBSCRIPTION = """SELECT w.id, w.label, w.url, w.acts, w.created_at, w.paused_at, w.paused_why, w.failing_since,
  (SELECT max(d.done_at) FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'sent') AS arrived_at,
  (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'waiting')::int AS waiting
FROM webhooks w"""
OF_MEMBERSHIP = f"{_SUBSCRIPTION} WHERE w.membership = $1 AND w.id > $2 ORDER BY w.id LIMIT $3"
ONE = f"{_SUBSCRIPTION} WHERE w.id = $1 AND w.membership = $2"
_DELIVERY = """SELECT d.id, d.webhook, coalesce(e.act, 'trial') AS act, d.about_kind, d.about, d.state, d.attempts,
  coalesce(e.at, d.since) AS at, d.last_error
FROM webhook_deliveries d LEFT JOIN events e ON e.id = d.event"""
# What failed, what is being tried again, and the last trial: what arrived as it should needs no line.
NOTABLE = f"""SELECT n.* FROM webhooks w CROSS JOIN LATERAL (
  SELECT * FROM ({_DELIVERY} WHERE d.webhook = w.id AND (d.state = 'failed'
    OR (d.state = 'waiting' AND d.last_error <> '') OR d.id = (
      SELECT max(t.id) FROM webhook_deliveries t WHERE t.webhook = w.id AND t.event IS NULL))) d
  ORDER BY d.id DESC LIMIT $2
) n WHERE w.membership = $1 ORDER BY n.webhook, n.id DESC"""  # noqa: S608 - constants only
FAILURES = """SELECT d.id, e.act, d.about_kind, d.about, d.attempts, d.last_error,
  e.at, w.label, split_part(split_part(w.url, '/', 3), '?', 1) AS host, a.name,
  coalesce(s.name, c.name, 'Coordination') AS place
FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook JOIN memberships m ON m.id = w.membership
JOIN accounts a ON a.id = m.account LEFT JOIN schools s ON s.id = m.school LEFT JOIN companies c ON c.id = m.company
JOIN events e ON e.id = d.event WHERE d.state = 'failed' ORDER BY d.id DESC LIMIT $1"""
LEFT_ALONE = """SELECT w.label, w.paused_why FROM webhooks w JOIN memberships m ON m.id = w.membership
JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL WHERE w.id = $1 AND w.paused_why IN ('failing', 'gone')"""


class Subscription(Struct, frozen=True):
    """A subscription as its maker reads it, without the secret; `arrived_at`: when something last reached it."""

    id: int
    label: str
    url: str
    acts: tuple[str, ...]
    created_at: datetime
    paused_at: datetime | None
    paused_why: str
    failing_since: datetime | None
    arrived_at: datetime | None
    waiting: int


class Delivery(Struct, frozen=True):
    """One event for one subscription, and what became of it; `at` is the event's moment."""

    id: int
    webhook: int
    act: str
    about_kind: str
    about: int
    state: str
    attempts: int
    at: datetime
    last_error: str


class FailedDelivery(Struct, frozen=True):
    """A delivery that was given up, as the coordinator reads it: for whom, and why.

    Of the address only the `host`: what follows it may be as good as a password.
    """

    id: int
    act: str
    about_kind: str
    about: int
    attempts: int
    last_error: str
    at: datetime
    label: str
    host: str
    name: str
    place: str


class LeftAlone(Struct, frozen=True):
    """A subscription that was paused because nothing arrived."""

    label: str
    paused_why: str


async def subscriptions_of(membership: int, *, after: int = 0, limit: int = 100) -> list[Subscription]:
    """What one membership subscribed to, the oldest first."""
    return await rows_as(Subscription, OF_MEMBERSHIP, membership, after, limit)


async def turning(membership: int, *, secret_key: str) -> dict[int, bool]:
    """Those of a membership's subscriptions whose program holds a secret of a former key of the site, each with whether
    that one still signs too."""
    held = await Webhook.select(Webhook.id, Webhook.salt, Webhook.sealed).where(Webhook.membership == membership)
    known = ((one["id"], (one["salt"], one["sealed"], secret_key)) for one in held)
    return {number: len(secrets_of(*of)) > 1 for number, of in known if holds_another(*of)}


async def subscription(webhook: int, *, membership: int) -> Subscription | None:
    """One of them."""
    return await row_as(Subscription, ONE, webhook, membership)


async def notable_deliveries(membership: int) -> list[Delivery]:
    """What did not arrive at the subscriptions of one membership, and each one's last trial, the newest first."""
    return await rows_as(Delivery, NOTABLE, membership, SHOWN)


async def failures() -> list[FailedDelivery]:
    """What was given up, of all subscriptions, the newest first."""
    return await rows_as(FailedDelivery, FAILURES, SHOWN)


async def left_alone(webhook: int) -> LeftAlone | None:
    """A subscription that is paused because nothing arrives; None once it goes on, is gone, or its maker is."""
    return await row_as(LeftAlone, LEFT_ALONE, webhook)


async def count_of(membership: int) -> int:
    """How many subscriptions a membership has."""
    count: int = await Webhook.count().where(Webhook.membership == membership)
    return count
