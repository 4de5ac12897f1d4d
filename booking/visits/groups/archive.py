"""Putting a group away, taking it back, or deleting one that was written for nothing."""

from __future__ import annotations

from datetime import datetime

from booking.visits.groups.tables import Group
from booking.visits.reservation_states import LIVE_SQL
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import Refusal, or_not_found

AHEAD = f"""SELECT 1 FROM reservations WHERE "group" = $1 AND ends_at > $2
  AND state IN {LIVE_SQL} LIMIT 1"""  # noqa: S608 - constants only
USED = 'SELECT 1 FROM reservations WHERE "group" = $1 LIMIT 1'
# Of somebody who was never of this collège: nothing came of them, and they are in nobody's list.
FORGET_GROUPS = """UPDATE groups SET teacher = NULL, archived_at = coalesce(archived_at, $3)
WHERE teacher = $1 AND school = $2"""
TAUGHT_BY = """UPDATE groups g SET teacher = $2 FROM was WHERE g.id = was.id
  RETURNING g.id, was.teacher AS former"""
FORGET_TEACHER = "UPDATE groups SET teacher = NULL WHERE teacher = $1"


class VisitsAhead(Refusal):
    kind = "visits-ahead"
    title = "Visites à venir"
    sentence = "Ce groupe a encore une visite à venir. Annulez-la, ou archivez le groupe après."


class GroupUsed(Refusal):
    kind = "group-used"
    title = "Groupe qui a servi"
    sentence = "Ce groupe a déjà été dans une demande ou une visite : archivez-le, ses visites restent."


async def archive(group: int, *, school: int, by: int, now: datetime) -> None:
    """It leaves the lists and the choices, its past visits stay. Raises NotFound, VisitsAhead."""
    async with transaction():
        if await _archived_at(group, school) is not None:
            return
        if await value(AHEAD, group, now) is not None:
            raise VisitsAhead()
        await Group.update({Group.archived_at: now}).where(Group.id == group)
        await record("group_archived", by=by, about_kind="group", about=group, now=now)


async def take_back(group: int, *, school: int, by: int, now: datetime) -> None:
    """It is among the others again. Raises NotFound."""
    async with transaction():
        if await _archived_at(group, school) is None:
            return
        await Group.update({Group.archived_at: None}).where(Group.id == group)
        await record("group_taken_back", by=by, about_kind="group", about=group, now=now)


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


async def _archived_at(group: int, school: int) -> datetime | None:
    own = Group.select(Group.archived_at).where(Group.id == group, Group.school == school)
    found = or_not_found(await own.lock_rows("UPDATE").first())
    at: datetime | None = found["archived_at"]
    return at
