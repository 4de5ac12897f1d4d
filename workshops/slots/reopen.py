"""A closed visit whose figures were wrong: it may be counted again."""

from __future__ import annotations

from workshops.database import row, rows, transaction
from workshops.refusals import NotFound
from workshops.slots.rules import NotDone, YearClosed
from workshops.slots.tables import CompanyTurnout, Turnout
from workshops.tallies.count import count_out

LOCKED = "SELECT state, frozen FROM slots WHERE id = $1 FOR NO KEY UPDATE"
REOPEN = "UPDATE slots SET state = 'closed', closed_at = NULL, version = version + 1 WHERE id = $1"


async def reopen(slot: int) -> None:
    """Take back a slot's frozen figures, and let it be closed again; what was built there stays.

    Raises NotFound, NotDone, YearClosed.
    """
    async with transaction():
        known = await row(LOCKED, slot)
        if known is None:
            raise NotFound
        if known["state"] != "done":
            raise NotDone
        if known["frozen"]:
            raise YearClosed
        await count_out(slot)
        for frozen in (Turnout, CompanyTurnout):
            await frozen.delete().where(frozen.slot == slot)
        await rows(REOPEN, slot)
