"""Taking back a group that was written for nothing."""

from __future__ import annotations

from datetime import datetime

from booking.visits.groups.rules import GroupUsed
from booking.visits.groups.tables import Group
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found

USED = 'SELECT 1 FROM reservations WHERE "group" = $1 LIMIT 1'


async def delete_group(group: int, *, school: int, by: int, now: datetime) -> None:
    """It is gone, and its name free, where it was never in any demand. Raises NotFound, GroupUsed."""
    async with transaction():
        # Whoever reserves for it at this moment comes first, or finds it gone.
        own = Group.select(Group.id).where(Group.id == group, Group.school == school)
        or_not_found(await own.lock_rows("UPDATE").first())
        if await value(USED, group) is not None:
            raise GroupUsed()
        await Group.delete().where(Group.id == group)
        await record("group_deleted", by=by, about_kind="group", about=group, now=now)
