"""The coordinator sends a failed mail again, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.journal.write import write
from booking.notices.retry import retry
from workshops.database import transaction


async def relaunch(notice: int, *, by: int, now: datetime) -> None:
    """The mail waits again, from its first attempt. Raises NotFailed when it has left or waits already."""
    async with transaction():
        await retry(notice, now=now)
        await write("mail_relaunched", account=by, about_kind="notice", about=notice, now=now)
