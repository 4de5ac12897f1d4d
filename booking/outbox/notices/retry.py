"""Sending again the mails that were given up, once their cause is gone.

A mail that had left and came back, and what was said on the telephone instead.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from piccolo.columns import Column
from piccolo.query import Update

from booking.outbox.notices.rules import NotFailed, NotReturned
from booking.outbox.notices.tables import Notice
from booking.words.wording import counted
from workshops.database import transaction
from workshops.events.record import record


async def retry(notice: int, *, by: int, now: datetime) -> None:
    """Queue a failed mail again, from its first attempt; raises NotFailed when it has left or waits already.

    It is written anew from today's facts, and dropped if it has become false.
    """
    async with transaction():
        if not await _queued_again(now).where(Notice.id == notice).returning(Notice.id):
            raise NotFailed()
        await record("mail_relaunched", by=by, about_kind="notice", about=notice, now=now)


async def retry_all(*, by: int, now: datetime) -> int:
    """Queue every failed mail again, each from its first attempt; returns how many."""
    async with transaction():
        again = len(await _queued_again(now).returning(Notice.id))
        if again:
            detail = counted(again, "message")
            await record("mails_relaunched", by=by, about_kind="notice", about=None, detail=detail, now=now)
        return again


def _queued_again(now: datetime) -> Update[Any]:
    """Of the failed ones."""
    first: dict[Column | str, Any] = {Notice.attempts: 0, Notice.mail: None, Notice.last_error: ""}
    anew = Notice.update(first | {Notice.state: "queued", Notice.next_try_at: now})
    return anew.where(Notice.state == "failed")


# A report comes after the mail has left, of all that it told; a second one of the same mail changes nothing.
GIVEN_BACK = """UPDATE notices SET state = 'returned', returned_at = $2, last_error = $3
WHERE (id = $1 OR mail = $1) AND state = 'sent' RETURNING event, to_email"""


async def say_aloud(notice: int, *, by: int, now: datetime) -> None:
    """Somebody has said on the telephone what a returned mail told; raises NotReturned when nothing is left to say."""
    async with transaction():
        spoken = Notice.update({Notice.spoken_at: now, Notice.spoken_by: by})
        left = spoken.where(Notice.id == notice, Notice.state == "returned", Notice.spoken_at.is_null())
        if not await left.returning(Notice.id):
            raise NotReturned()
        await record("mail_said_aloud", by=by, about_kind="notice", about=notice, now=now)
