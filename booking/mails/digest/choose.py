"""A person chooses whether the Monday mail comes."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from workshops.database import transaction, value
from workshops.refusals import NotFound

CHOOSE = "UPDATE accounts SET weekly_mail = $2 WHERE id = $1 RETURNING id"


async def choose_weekly_mail(account: int, *, wanted: bool, now: datetime) -> None:
    """From now on the Monday mail comes, or no longer does. Raises NotFound."""
    async with transaction():
        if await value(CHOOSE, account, wanted) is None:
            raise NotFound
        detail = "reçu" if wanted else "refusé"
        await write("weekly_mail_chosen", account=account, about_kind="account", about=account, detail=detail, now=now)
