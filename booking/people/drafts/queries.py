"""Finding a draft again."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import hash_of
from booking.people.drafts.rules import Content, opened
from workshops.database import value

SEALED = "SELECT sealed FROM drafts WHERE id = $1 AND key_hash = $2 AND account = $3 AND expires_at > $4"


async def draft_of(number: int, *, key: str, account: int, secret_key: str, now: datetime) -> Content | None:
    """The draft of this browser and of this person; None for any other, or when its time is over."""
    kept = await value(SEALED, number, hash_of(key), account, now)
    return None if kept is None else opened(kept, key=key, account=account, secret_key=secret_key)
