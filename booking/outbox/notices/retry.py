"""Sending again the mails that were given up, once their cause is gone."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.rules import NotFailed
from booking.wording import counted
from workshops.database import row, rows, transaction
from workshops.events.record import record

REQUEUE = """UPDATE notices SET state = 'queued', attempts = 0, next_try_at = $2, last_error = ''
WHERE id = $1 AND state = 'failed' RETURNING id"""
REQUEUE_ALL = """UPDATE notices SET state = 'queued', attempts = 0, next_try_at = $1, last_error = ''
WHERE state = 'failed' RETURNING id"""


async def retry(notice: int, *, by: int, now: datetime) -> None:
    """Queue a failed mail again, from its first attempt; raises NotFailed when it has left or waits already.

    It is written anew from today's facts, and dropped if it has become false.
    """
    async with transaction():
        if await row(REQUEUE, notice, now) is None:
            raise NotFailed()
        await record("mail_relaunched", by=by, about_kind="notice", about=notice, now=now)


async def retry_all(*, by: int, now: datetime) -> int:
    """Queue every failed mail again, each from its first attempt; returns how many."""
    async with transaction():
        again = len(await rows(REQUEUE_ALL, now))
        if again:
            detail = counted(again, "message")
            await record("mails_relaunched", by=by, about_kind="notice", about=None, detail=detail, now=now)
        return again
