"""Letting go at once what waits for the evening, for a reader who wants no evening's mail any more."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.tables import Notice


async def release_daily(account: int, *, now: datetime) -> None:
    """What waits for this reader's mail of the evening leaves now, a letter an act; what was tried keeps its turn."""
    released = Notice.update({Notice.daily: False, Notice.next_try_at: now})
    waiting = released.where(Notice.account == account, Notice.daily.eq(True), Notice.state == "queued")
    await waiting.where(Notice.attempts == 0, Notice.mail.is_null())
