"""A mail that had left and came back, and what was said on the telephone instead."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.rules import NotReturned
from booking.outbox.notices.tables import Notice
from workshops.database import transaction
from workshops.events.record import record

# A report comes after the mail has left; a second one of the same mail changes nothing.
GIVEN_BACK = """UPDATE notices SET state = 'returned', returned_at = $2, last_error = $3
WHERE id = $1 AND state = 'sent' RETURNING event, to_email"""


async def say_aloud(notice: int, *, by: int, now: datetime) -> None:
    """Somebody has said on the telephone what a returned mail told; raises NotReturned when nothing is left to say."""
    async with transaction():
        spoken = Notice.update({Notice.spoken_at: now, Notice.spoken_by: by})
        left = spoken.where(Notice.id == notice, Notice.state == "returned", Notice.spoken_at.is_null())
        if not await left.returning(Notice.id):
            raise NotReturned()
        await record("mail_said_aloud", by=by, about_kind="notice", about=notice, now=now)
