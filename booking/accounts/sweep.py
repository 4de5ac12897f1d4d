"""Throwing away spent proofs of identity: links, sessions and counted tries that can serve no one any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import rows, transaction

KEPT = timedelta(days=1)
SPENT = (
    "DELETE FROM sign_in_links WHERE expires_at < $1",
    "DELETE FROM sessions WHERE expires_at < $1",
    "DELETE FROM attempts WHERE at < $1",
)


async def sweep(*, now: datetime) -> None:
    """Forget what ended a day ago or more; doing it twice changes nothing."""
    async with transaction():
        for statement in SPENT:
            await rows(statement, now - KEPT)
