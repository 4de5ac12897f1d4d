"""Putting on another of one's hats: a teacher who is also the coordinator."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import open_session
from workshops.database import row, transaction, value
from workshops.refusals import NotFound


async def change_role(
    account: int, *, membership: int, old_session: str, new_session: str, browser: str, now: datetime
) -> None:
    """Act from now on as another membership, in a session with a new id (rights changed)."""
    async with transaction():
        if await row("SELECT 1 FROM memberships WHERE id = $1 AND account = $2", membership, account) is None:
            raise NotFound()
        proved = await value("DELETE FROM sessions WHERE id_hash = $1 RETURNING proved", hash_of(old_session))
        await open_session(
            account, session_id=new_session, browser=browser, now=now, membership=membership, proved=bool(proved)
        )
