"""Whether programs of her collège act in a teacher's name: she says so, for herself."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.tables import Membership
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import NotFound


async def let_programs_act(membership: int, *, allowed: bool, account: int, now: datetime) -> None:
    """From now on programs of her collège may act in her name, or none does. Raises NotFound."""
    async with transaction():
        choice = Membership.update({Membership.no_programs: not allowed})
        hers = Membership.id == membership, Membership.account == account, Membership.role == "teacher"
        if not await choice.where(*hers).returning(Membership.id):
            raise NotFound()
        detail = "acceptés" if allowed else "refusés"
        await record("programs_chosen", by=account, about_kind="account", about=account, detail=detail, now=now)
