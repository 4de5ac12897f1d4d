"""Removing a passkey from one's account: its device opens nothing any more."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

REMOVE = """DELETE FROM passkeys p USING accounts a
WHERE p.id = $1 AND p.account = $2 AND a.id = p.account RETURNING a.email, a.name"""
FORGET_PASSKEYS = (
    "DELETE FROM passkeys WHERE account = $1",
    "DELETE FROM passkey_challenges WHERE account = $1",
)


async def remove_passkey(passkey: int, *, account: int, now: datetime) -> None:
    """Forget one of the account's own passkeys, and tell its person by mail; raises NotFound."""
    async with transaction():
        owner = await row(REMOVE, passkey, account)
        if owner is None:
            raise NotFound()
        await record("passkey_removed", by=account, about_kind="account", about=account, now=now)
        await queue(
            "passkey_removed",
            to_email=owner["email"],
            to_name=owner["name"],
            about_kind="account",
            about=account,
            once=f"passkey_removed:{passkey}",
            now=now,
        )
