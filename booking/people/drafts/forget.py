"""Forgetting drafts."""

from __future__ import annotations

from datetime import datetime

from booking.people.drafts.tables import Draft

FORGET_OF = "DELETE FROM drafts WHERE account = $1"


async def forget_drafts(*, now: datetime) -> int:
    """Erase the drafts whose time is over, and say how many they were."""
    return len(await Draft.delete().where(Draft.expires_at <= now).returning(Draft.id))
