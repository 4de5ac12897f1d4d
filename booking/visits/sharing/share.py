"""Showing a free slot to a colleague of the same collège."""

from __future__ import annotations

from datetime import datetime

from booking.visits.sharing.queries import SHARES_LAST
from booking.visits.sharing.tables import Share
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound, Refusal
from workshops.slots.queries import seats_to_reserve

# Both are of the collège, known there; the one who is written to still comes.
COLLEAGUE = """SELECT them.id FROM memberships me JOIN memberships them ON them.school = me.school
JOIN accounts a ON a.id = them.account
WHERE me.id = $1 AND them.id = $2 AND them.id <> me.id AND them.role = 'teacher' AND a.disabled_at IS NULL
  AND NOT me.awaiting AND NOT them.awaiting"""
FREE = f"SELECT id FROM slots s WHERE id = $1 AND {seats_to_reserve('$2')} > 0"  # noqa: S608 - constants only
KEEP = """INSERT INTO shares (slot, by_member, to_member, "group", level, pupils, shared_at)
SELECT $1, $2, $3, (SELECT g.id FROM groups g JOIN memberships m ON m.school = g.school WHERE m.id = $2 AND g.id = $4),
  $5, $6, $7
ON CONFLICT (slot, by_member, to_member) DO NOTHING RETURNING id"""


class NothingToShare(Refusal):
    kind = "nothing-to-share"
    title = "Plus rien à montrer"
    sentence = "Ce créneau n'est plus ouvert, ou n'a plus de place. Cherchez-en un autre."


class AlreadyShared(Refusal):
    kind = "already-shared"
    title = "Déjà envoyé"
    sentence = "Vous avez déjà envoyé ce créneau à ce collègue."


async def share(
    slot: int, *, membership: int, to: int, group: int | None, level: str, pupils: int | None, by: int, now: datetime
) -> int:
    """A mail shows it to her, with the class that was searched for; `to` is her membership.

    Raises NotFound for somebody of another collège, NothingToShare, AlreadyShared.
    """
    async with transaction():
        if await row(COLLEAGUE, membership, to) is None:
            raise NotFound()
        if await row(FREE, slot, now) is None:
            raise NothingToShare()
        kept: int | None = await value(KEEP, slot, membership, to, group, level, pupils, now)
        if kept is None:
            raise AlreadyShared()
        await record("slot_shared", by=by, about_kind="share", about=kept, also=slot, now=now)
        return kept


async def forget_shares(*, now: datetime) -> int:
    """Those whose mail left long ago; returns how many."""
    return len(await Share.delete().where(Share.shared_at < now - SHARES_LAST).returning(Share.id))
