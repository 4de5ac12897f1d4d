"""Sending again a mail that was given up, once its cause is gone."""

from __future__ import annotations

from datetime import datetime

from booking.notices.rules import NotFailed
from workshops.database import row, transaction

REQUEUE = """UPDATE notices SET state = 'queued', attempts = 0, next_try_at = $2, last_error = ''
WHERE id = $1 AND state = 'failed' RETURNING id"""


async def retry(notice: int, *, now: datetime) -> None:
    """Queue a failed mail again, from its first attempt; raises NotFailed when it has left or waits already.

    It is written anew from today's facts, and dropped if it has become false.
    """
    async with transaction():
        if await row(REQUEUE, notice, now) is None:
            raise NotFailed()
