"""Taking back the secret link of an agenda."""

from __future__ import annotations

from datetime import datetime

from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

REVOKE = """UPDATE feeds d SET revoked_at = $3 FROM memberships m
WHERE d.membership = $1 AND d.revoked_at IS NULL AND m.id = d.membership AND m.account = $2 RETURNING d.id"""
FORGET_FEEDS = "DELETE FROM feeds WHERE revoked_at < $1 RETURNING id"


async def revoke_feed(membership: int, *, account: int, now: datetime) -> None:
    """The link opens nothing any more; raises NotFound when this role has none."""
    async with transaction():
        revoked = await value(REVOKE, membership, account, now)
        if revoked is None:
            raise NotFound()
        await record("feed_revoked", by=account, about_kind="feed", about=revoked, now=now)
