"""Keeping a draft, finding it again, and forgetting those whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.rules import hash_of
from booking.people.drafts.rules import DRAFTS_MOST, Content, opened, sealed, too_long
from booking.people.drafts.tables import Draft
from workshops.database import value


async def draft_of(number: int, *, key: str, account: int, secret_key: str, now: datetime) -> Content | None:
    """The draft of this browser and of this person; None for any other, or when its time is over."""
    kept = await (
        Draft.select(Draft.sealed)
        .where(Draft.id == number, Draft.key_hash == hash_of(key), Draft.account == account, Draft.expires_at > now)
        .first()
    )
    return None if kept is None else opened(kept["sealed"], key=key, account=account, secret_key=secret_key)


KEEP = """
WITH swept AS (
  DELETE FROM drafts WHERE expires_at <= $4
), fewer AS (
  DELETE FROM drafts WHERE id IN (SELECT id FROM drafts WHERE account = $2 ORDER BY id DESC OFFSET $6)
)
INSERT INTO drafts (key_hash, account, sealed, expires_at) VALUES ($1, $2, $3, $5) RETURNING id
"""
FORGET_OF = "DELETE FROM drafts WHERE account = $1"


async def keep(
    content: Content, *, key: str, account: int, secret_key: str, lasts: timedelta, now: datetime
) -> int | None:
    """Keep what this person typed, or the answer to it, for this browser; returns its number.

    None for more than a form holds. Those whose time is over go, and all but the person's latest ones.
    """
    if too_long(content):
        return None
    kept = sealed(content, key=key, account=account, secret_key=secret_key)
    number: int = await value(KEEP, hash_of(key), account, kept, now, now + lasts, DRAFTS_MOST - 1)
    return number


async def forget_drafts(*, now: datetime) -> int:
    """Erase the drafts whose time is over, and say how many they were."""
    return len(await Draft.delete().where(Draft.expires_at <= now).returning(Draft.id))
