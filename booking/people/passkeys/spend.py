"""Spending a challenge: whatever comes of it, it serves no more."""

from __future__ import annotations

from datetime import datetime

from booking.people.passkeys.rules import Purpose, hash_of_challenge
from booking.people.passkeys.tables import PasskeyChallenge


async def spend(challenge: bytes, *, purpose: Purpose, account: int | None, now: datetime) -> bool:
    """Whether this very browser was asked to sign this, less than 5 minutes ago, and has not answered yet."""
    asked = PasskeyChallenge.delete().where(
        *(PasskeyChallenge.challenge_hash == hash_of_challenge(challenge), PasskeyChallenge.purpose == purpose),
        *(PasskeyChallenge.account == account, PasskeyChallenge.expires_at > now),
    )
    return bool(await asked.returning(PasskeyChallenge.id))
