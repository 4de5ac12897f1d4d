"""A person chooses whether the Monday mail comes."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.tables import Account
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import NotFound


async def choose_weekly_mail(account: int, *, wanted: bool, now: datetime) -> None:
    """From now on the Monday mail comes, or no longer does. Raises NotFound."""
    async with transaction():
        choice = Account.update({Account.weekly_mail: wanted}).where(Account.id == account)
        if not await choice.returning(Account.id):
            raise NotFound
        detail = "reçu" if wanted else "refusé"
        await record("weekly_mail_chosen", by=account, about_kind="account", about=account, detail=detail, now=now)
