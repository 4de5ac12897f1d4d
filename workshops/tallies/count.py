"""Add a visit to the sums when it closes, take it away when it is reopened."""

from __future__ import annotations

from workshops.database import rows
from workshops.tallies.queries import FIGURES, KEY, SUMS_OF_SLOT

# In one order, so that two visits that close at once wait for each other instead of stopping each other.
COUNT = f"""
INSERT INTO tallies AS t ({KEY}, {", ".join(FIGURES)})
SELECT {KEY}, {", ".join(f"$2::int * {one}" for one in FIGURES)} FROM ({SUMS_OF_SLOT}) found ORDER BY {KEY}
ON CONFLICT ({KEY}) DO UPDATE SET {", ".join(f"{one} = t.{one} + excluded.{one}" for one in FIGURES)}
"""  # noqa: S608 - constants only


async def count_in(slot: int) -> None:
    """Add a visit that has just been closed to the sums of its day, month and year; in the closing's transaction."""
    await rows(COUNT, slot, 1)


async def count_out(slot: int) -> None:
    """Take a closed visit out of the sums, before anything of it changes; in the transaction of that change."""
    await rows(COUNT, slot, -1)
