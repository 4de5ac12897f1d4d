"""Throwing away spent proofs of identity: links, sessions and counted tries that can serve no one any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import rows, transaction

KEPT = timedelta(days=1)
SPENT = (
    "DELETE FROM sign_in_links WHERE expires_at < $1 RETURNING id",
    "DELETE FROM sessions WHERE expires_at < $1 RETURNING id",
    "DELETE FROM attempts WHERE at < $1 RETURNING id",
)


async def sweep(*, now: datetime) -> int:
    """Forget what ended a day ago or more, and say how much it was; doing it twice changes nothing."""
    async with transaction():
        return sum([len(await rows(statement, now - KEPT)) for statement in SPENT])
