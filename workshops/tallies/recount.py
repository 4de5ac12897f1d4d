"""Count every closed visit again."""

from __future__ import annotations

from workshops.database import rows, transaction
from workshops.tallies.queries import FIGURES, KEY, SUMS

# Nobody closes a visit meanwhile; everybody reads.
ALONE = "LOCK TABLE tallies IN SHARE ROW EXCLUSIVE MODE"
FORGET = "DELETE FROM tallies"
KEEP = f"INSERT INTO tallies ({KEY}, {', '.join(FIGURES)}) {SUMS}"


async def recount() -> None:
    """Make the sums anew from the closed visits, as after a département that was corrected in the register."""
    async with transaction():
        await rows(ALONE)
        await rows(FORGET)
        await rows(KEEP)
