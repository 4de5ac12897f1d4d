"""Putting on another of one's hats: a teacher who is also the coordinator."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.sign_in import move_session
from booking.people.accounts.tables import Membership
from workshops.database import transaction
from workshops.refusals import NotFound


async def change_role(
    account: int, *, membership: int, old_session: str, new_session: str, browser: str, now: datetime
) -> None:
    """Act from now on as another membership, in a session with a new id (rights changed)."""
    async with transaction():
        if not await Membership.exists().where(Membership.id == membership, Membership.account == account):
            raise NotFound()
        await move_session(account, old=old_session, new=new_session, membership=membership, browser=browser, now=now)
