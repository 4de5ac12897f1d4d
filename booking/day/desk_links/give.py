"""Opening a visit's desk to a helper, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.day.desk_links.rules import SlotOver, link_ends_at
from booking.day.desk_links.tables import DeskLink
from booking.people.accounts.rules import hash_of
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found
from workshops.slots.rules import OVER

LOCK = "SELECT state, ends_at FROM slots WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"
REVOKE = """UPDATE desk_links d SET revoked_at = $4 FROM slots s
WHERE d.id = $1 AND d.slot = $2 AND d.revoked_at IS NULL AND s.id = d.slot AND s.school = $3 RETURNING d.id"""
FORGET_LINKS = "DELETE FROM desk_links WHERE slot = ANY ($1::int[]) RETURNING id"


async def give_link(slot: int, *, token: str, account: int, school: int, now: datetime) -> int:
    """A new link under `token`, which nobody can read again; the others stay good. Returns the link's number.

    Raises NotFound for another lycée's slot, SlotOver when nobody will come any more.
    """
    async with transaction():
        locked = or_not_found(await row(LOCK, slot, school))
        if locked["state"] in OVER or now >= link_ends_at(locked["ends_at"]):
            raise SlotOver()
        fresh = DeskLink(token_hash=hash_of(token), slot=slot, made_by=account, created_at=now)
        (made,) = await DeskLink.insert(fresh).returning(DeskLink.id)
        link = int(made["id"])
        await record("desk_link_given", by=account, about_kind="slot", about=slot, detail=f"lien {link}", now=now)
    return link


async def revoke_link(link: int, *, slot: int, account: int, school: int, now: datetime) -> None:
    """Shut out at once the phones that came by this link. Raises NotFound when it is not a live link of the slot."""
    async with transaction():
        if await value(REVOKE, link, slot, school, now) is None:
            raise NotFound()
        await record("desk_link_revoked", by=account, about_kind="slot", about=slot, detail=f"lien {link}", now=now)
