"""Putting on another of one's hats: a teacher who is also the coordinator."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.tables import Membership, Session
from workshops.database import transaction
from workshops.refusals import NotFound


async def change_role(
    account: int, *, membership: int, old_session: str, new_session: str, browser: str, now: datetime
) -> None:
    """Act from now on as another membership, in a session with a new id (rights changed)."""
    async with transaction():
        if not await Membership.exists().where(Membership.id == membership, Membership.account == account):
            raise NotFound()
        ended = await Session.delete().where(Session.id_hash == hash_of(old_session)).returning(Session.proved)
        proved = any(one["proved"] for one in ended)
        await open_session(
            account, session_id=new_session, browser=browser, now=now, membership=membership, proved=proved
        )
