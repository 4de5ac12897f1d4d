"""Finding a draft again."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import hash_of
from booking.people.drafts.rules import Content, opened
from booking.people.drafts.tables import Draft


async def draft_of(number: int, *, key: str, account: int, secret_key: str, now: datetime) -> Content | None:
    """The draft of this browser and of this person; None for any other, or when its time is over."""
    kept = await (
        Draft.select(Draft.sealed)
        .where(Draft.id == number, Draft.key_hash == hash_of(key), Draft.account == account, Draft.expires_at > now)
        .first()
    )
    return None if kept is None else opened(kept["sealed"], key=key, account=account, secret_key=secret_key)
