"""Forgetting drafts."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows


async def forget_drafts(*, now: datetime) -> int:
    """Erase the drafts whose time is over, and say how many they were."""
    return len(await rows("DELETE FROM drafts WHERE expires_at <= $1 RETURNING id", now))
