"""Add a visit to the sums when it closes, take it away when it is reopened, count them all again."""

from __future__ import annotations

from workshops.database import owners_transaction, rows
from workshops.tallies.queries import FIGURES, KEY, SUMS, SUMS_OF_SLOTS
from workshops.tallies.tables import Tally

# In one order, so that two visits that close at once wait for each other instead of stopping each other.
COUNT = f"""
INSERT INTO tallies AS t ({KEY}, {", ".join(FIGURES)})
SELECT {KEY}, {", ".join(f"$2::int * {one}" for one in FIGURES)} FROM ({SUMS_OF_SLOTS}) found ORDER BY {KEY}
ON CONFLICT ({KEY}) DO UPDATE SET {", ".join(f"{one} = t.{one} + excluded.{one}" for one in FIGURES)}
"""  # noqa: S608 - constants only
# Nobody closes a visit meanwhile; everybody reads.
ALONE = "LOCK TABLE tallies IN SHARE ROW EXCLUSIVE MODE"
# In the order in which they are read: those of a month or a day side by side.
KEEP_ALL = f"INSERT INTO tallies ({KEY}, {', '.join(FIGURES)}) {SUMS} ORDER BY {KEY}"


async def count_in(*slots: int) -> None:
    """Add visits that have just been closed to the sums of their days, months and years; in the closing's transaction.

    A past visit that has just been declared is told by minus its number.
    """
    await rows(COUNT, slots, 1)


async def count_out(*slots: int) -> None:
    """Take closed visits out of the sums, before anything of them changes; in the transaction of that change."""
    await rows(COUNT, slots, -1)


async def recount() -> None:
    """Make the sums anew from the closed visits, as after a département that was corrected in the register."""
    async with owners_transaction():
        await rows(ALONE)
        await Tally.delete(force=True)
        await rows(KEEP_ALL)
