"""Waiting for the standby before a request is answered by what an earlier one wrote."""

from __future__ import annotations

from workshops.database.engine import value

# A message that nobody reads: it makes the transaction one that writes, and so one whose commit the standby confirms.
CONFIRM = "SELECT pg_logical_emit_message(true, 'technilab', '')"


async def confirm_what_was_read() -> None:
    """Returns once the standby holds everything that this server showed so far.

    Where a commit waits for a standby, PostgreSQL shows it to others only once it is confirmed, but for those that
    were waiting when their process ended: after a crash they are there at once, and a failover may still lose them.
    A repeat that is answered by reading what the first request wrote would then promise what nothing confirmed. Raises
    DatabaseAway as a write would.
    """
    await value(CONFIRM)
