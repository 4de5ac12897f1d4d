"""The coordinator sends failed mails again, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.retry import retry, retry_all
from booking.wording import counted
from workshops.database import transaction
from workshops.events.record import record


async def relaunch(notice: int, *, by: int, now: datetime) -> None:
    """The mail waits again, from its first attempt. Raises NotFailed when it has left or waits already."""
    async with transaction():
        await retry(notice, now=now)
        await record("mail_relaunched", by=by, about_kind="notice", about=notice, now=now)


async def relaunch_all(*, by: int, now: datetime) -> int:
    """Every failed mail waits again; returns how many."""
    async with transaction():
        again = await retry_all(now=now)
        if again:
            detail = counted(again, "message")
            await record("mails_relaunched", by=by, about_kind="notice", about=None, detail=detail, now=now)
        return again
