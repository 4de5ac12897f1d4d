"""Reopen a visit whose figures were wrong; the host closes it again."""

from __future__ import annotations

from datetime import datetime

from booking.journal.write import write
from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.slots.reopen import reopen

REASON_MOST = 200

EXPECT_AGAIN = """
UPDATE reservations SET state = 'locked', changed_at = $2 WHERE slot = $1 AND state IN ('attended', 'no_show')
"""


async def reopen_slot(slot: int, *, reason: str, account: int, now: datetime) -> None:
    """Take back the figures of a closed visit, for the coordinator, who says why without a name.

    Badges scanned and objects noted stay as they are; the programme no longer counts the visit until it is closed
    again. Raises Invalid, NotFound, NotDone, YearClosed.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid({"reason": "Dites pourquoi en quelques mots : le journal le garde."})
    if len(reason) > REASON_MOST:
        raise Invalid({"reason": f"Dites pourquoi en {REASON_MOST} caractères au plus."})
    async with transaction():
        await reopen(slot)
        await rows(EXPECT_AGAIN, slot, now)
        await write("slot_reopened", account=account, about_kind="slot", about=slot, detail=reason, now=now)
