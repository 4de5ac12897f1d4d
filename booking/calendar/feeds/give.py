"""Giving the secret link of an agenda, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.feeds.rules import ROLES, NothingToFollow
from booking.calendar.feeds.tables import Feed
from booking.people.accounts.rules import hash_of
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found

# Locked, so that two clicks give two links one after the other, of which the second is kept.
MEMBERSHIP = "SELECT role FROM memberships WHERE id = $1 AND account = $2 FOR UPDATE"
TAKE_BACK = """UPDATE feeds d SET revoked_at = $3 FROM memberships m
WHERE d.membership = $1 AND d.revoked_at IS NULL AND m.id = d.membership AND m.account = $2 RETURNING d.id"""
FORGET_FEEDS = "DELETE FROM feeds WHERE revoked_at < $1 RETURNING id"


async def give_feed(membership: int, *, account: int, token: str, now: datetime) -> None:
    """Open the agenda of one role under `token`, which nobody can read again; the link given before is revoked.

    Raises NotFound for a role of someone else, NothingToFollow for one that has no visits.
    """
    async with transaction():
        held = or_not_found(await row(MEMBERSHIP, membership, account))
        if held["role"] not in ROLES:
            raise NothingToFollow()
        open_now = Feed.update({Feed.revoked_at: now}).where(Feed.membership == membership)
        await open_now.where(Feed.revoked_at.is_null())
        fresh = Feed(token_hash=hash_of(token), membership=membership, created_at=now)
        (kept,) = await Feed.insert(fresh).returning(Feed.id)
        await record("feed_given", by=account, about_kind="feed", about=kept["id"], now=now)


async def revoke_feed(membership: int, *, account: int, now: datetime) -> None:
    """The link opens nothing any more; raises NotFound when this role has none."""
    async with transaction():
        revoked = or_not_found(await value(TAKE_BACK, membership, account, now))
        await record("feed_revoked", by=account, about_kind="feed", about=revoked, now=now)
