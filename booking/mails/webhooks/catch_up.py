"""A subscription goes on with what it has missed: what was done during its pause, or since an event that it names.

It goes on first, and nothing leaves until what was missed stands in its order: an act of this very moment is told
either by the fan-out, which sees no pause any more, or from here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec import Struct
from piccolo.columns import Column

from booking.mails.webhooks.follow import beginning
from booking.mails.webhooks.queries import may_read
from booking.mails.webhooks.rules import inside
from booking.mails.webhooks.tables import Webhook
from workshops.acts import Act, typed
from workshops.database import rows, transaction
from workshops.database.row_types import row_as
from workshops.events.record import record
from workshops.events.rules import BEFORE_ALL, FOLLOWED_FOR, EventPlace, EventsGone, event_place_of
from workshops.refusals import or_not_found

# Longer than an act is under way between its moment and its commit.
UNDER_WAY = timedelta(minutes=5)
NOTHING_LEAVES = timedelta(seconds=30)
STANDS = "SELECT acts, paused_at FROM webhooks WHERE id = $1 AND membership = $2 FOR UPDATE"
NUMBERED = "SELECT turn, id, at FROM events WHERE id = $1"
KNOWN = "SELECT turn, id, at FROM events WHERE turn = $1 AND id = $2 AND at = $3"
TOLD_BEFORE = """DELETE FROM webhook_deliveries d USING events e
WHERE d.webhook = $1 AND e.id = d.event AND (e.turn, e.id) > ($2::bigint, $3::bigint)"""
# $1 webhook, $2 turn, $3 number, $4 acts, $5 now, $6 not what was done before.
TELL_AGAIN = f"""INSERT INTO webhook_deliveries (webhook, event, about_kind, about, since, next_try_at)
SELECT w.id, e.id, e.about_kind, e.about, $5, $5
FROM webhooks w JOIN events e ON (e.turn, e.id) > ($2::bigint, $3::bigint) AND e.at >= $6
WHERE w.id = $1 AND e.act = ANY ($4::varchar[]) AND e.about IS NOT NULL AND {may_read("e.about_kind", "e.about")}
ORDER BY e.turn, e.id ON CONFLICT (webhook, event) DO NOTHING"""  # noqa: S608 - constants only


class CatchUp(Act, frozen=True, kw_only=True):
    """Where a subscription goes on from."""

    after: Annotated[
        str,
        typed(
            "Après l'événement",
            "The `id` of the last event that it knows, or a cursor of /events: whatever followed is sent, again too."
            " Left out: what was missed during the pause.",
            most=200,
        ),
    ] = ""


class PausedSubscription(Struct, frozen=True):
    """What it is told of, and since when it is not."""

    acts: tuple[str, ...]
    paused_at: datetime | None


async def catch_up(webhook: int, asked: CatchUp, *, membership: int, by: int, now: datetime) -> None:
    """What waited, what was missed and what is done from now on leaves, in order; nothing of more than 30 days ago.

    Raises NotFound, NotACursor, EventsGone.
    """
    place = await _place(asked.after, now) if asked.after else None
    async with transaction():
        stood = or_not_found(await row_as(PausedSubscription, STANDS, webhook, membership))
        goes_on: dict[Column | str, Any] = {
            Webhook.paused_at: None,
            Webhook.paused_why: "",
            Webhook.failing_since: None,
        }
        await Webhook.update(goes_on | {Webhook.rests_until: now + NOTHING_LEAVES}).where(Webhook.id == webhook)
        if stood.paused_at is not None:
            await record("webhook_resumed", by=by, about_kind="webhook", about=webhook, now=now)
    oldest = now - FOLLOWED_FOR
    async with transaction():
        if place is not None:
            await rows(TOLD_BEFORE, webhook, place.turn, place.id)
        elif stood.paused_at is not None:
            place, oldest = BEFORE_ALL, max(oldest, stood.paused_at - UNDER_WAY)
        if place is not None:
            await rows(TELL_AGAIN, webhook, place.turn, place.id, inside(stood.acts), now, oldest)
        await Webhook.update({Webhook.rests_until: None}).where(Webhook.id == webhook)


async def _place(after: str, now: datetime) -> EventPlace:
    if after.isdecimal() and len(after) < 19:
        found = await row_as(EventPlace, NUMBERED, int(after))
    else:
        place = event_place_of(after)
        found = await row_as(EventPlace, KNOWN, place.turn, place.id, place.at)
    if found is None or found.at < now - FOLLOWED_FOR:
        raise EventsGone((await beginning(now)).cursor)
    return found
