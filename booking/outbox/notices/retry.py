"""Sending again the mails that were given up, once their cause is gone.

A mail that had left and came back, and what was said on the telephone instead.
"""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.rules import NotFailed, NotReturned
from booking.outbox.notices.tables import Notice
from booking.words.wording import counted
from workshops.database import transaction, value
from workshops.events.record import record

# All that a failed mail told, as it may leave as one again; of all failed mails, or of the one that tells $2.
AGAIN = """WITH again AS (
  UPDATE notices n SET state = 'queued', attempts = 0, mail = NULL, last_error = '', next_try_at = $1
  FROM (SELECT id, coalesce(mail, id) AS mail FROM notices WHERE state = 'failed' AND ($2::bigint IS NULL
    OR coalesce(mail, id) = (SELECT coalesce(mail, id) FROM notices WHERE id = $2 AND state = 'failed'))) failed
  WHERE n.id = failed.id AND n.state = 'failed' RETURNING failed.mail
)
SELECT count(DISTINCT mail) FROM again"""


async def retry(notice: int, *, by: int, now: datetime) -> None:
    """Queue a failed mail again, from its first attempt, whichever of its notices is named; raises NotFailed when it
    has left or waits already.

    It is written anew from today's facts, and dropped if it has become false.
    """
    async with transaction():
        if not await value(AGAIN, now, notice):
            raise NotFailed()
        await record("mail_relaunched", by=by, about_kind="notice", about=notice, now=now)


async def retry_all(*, by: int, now: datetime) -> int:
    """Queue every failed mail again, each from its first attempt; returns how many."""
    async with transaction():
        again: int = await value(AGAIN, now, None)
        if again:
            detail = counted(again, "message")
            await record("mails_relaunched", by=by, about_kind="notice", about=None, detail=detail, now=now)
        return again


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
