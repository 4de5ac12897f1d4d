"""Spending a challenge: whatever comes of it, it serves no more."""

from __future__ import annotations

from datetime import datetime

from booking.people.passkeys.rules import Purpose, hash_of_challenge
from workshops.database import value

SPEND = """DELETE FROM passkey_challenges
WHERE challenge_hash = $1 AND purpose = $2 AND account IS NOT DISTINCT FROM $3 AND expires_at > $4 RETURNING id"""


async def spend(challenge: bytes, *, purpose: Purpose, account: int | None, now: datetime) -> bool:
    """Whether this very browser was asked to sign this, less than 5 minutes ago, and has not answered yet."""
    return await value(SPEND, hash_of_challenge(challenge), purpose, account, now) is not None
