"""Throwing away spent proofs of identity: what can serve no one any more."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows, transaction

SPENT = (
    "DELETE FROM sign_in_links WHERE expires_at < $1 RETURNING id",
    "DELETE FROM sessions WHERE expires_at < $1 RETURNING id",
    "DELETE FROM passkey_challenges WHERE expires_at < $1 RETURNING id",
    "DELETE FROM tries WHERE $1 > ALL (at) RETURNING id",
)


async def sweep(*, before: datetime) -> int:
    """Forget what ended before a moment, and say how much it was; doing it twice changes nothing."""
    async with transaction():
        return sum([len(await rows(statement, before)) for statement in SPENT])
