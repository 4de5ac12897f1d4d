"""Throwing away spent proofs of identity: what can serve no one any more."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows, transaction

SPENT = (
    "DELETE FROM sign_in_links WHERE expires_at < $1 RETURNING id",
    "DELETE FROM sessions WHERE expires_at < $1 RETURNING id",
    "DELETE FROM passkey_challenges WHERE expires_at < $1 RETURNING id",
    "DELETE FROM not_me_links WHERE expires_at < $1 RETURNING id",
    "DELETE FROM tries WHERE $1 > ALL (at) RETURNING id",
)
# A visit still points to it.
BURY = """
UPDATE accounts SET email = 'compte-' || id || '@efface.invalid', name = 'Compte effacé', last_seen_at = NULL,
  warned_at = NULL, phone = '', phone_at = NULL, unwanted = '{}', disabled_at = $2, erased_at = $2, example = false
WHERE id = $1
"""
# All that an account may do and prove; what a session, a key or an agenda's link hangs on goes with it.
FORGET_RIGHTS = (
    "DELETE FROM memberships WHERE account = $1",
    "DELETE FROM sessions WHERE account = $1",
    "DELETE FROM api_tokens WHERE account = $1",
    "DELETE FROM sign_in_links WHERE account = $1",
    "DELETE FROM not_me_links WHERE account = $1",
    "DELETE FROM second_proofs WHERE account = $1",
    "DELETE FROM rescue_codes WHERE account = $1",
)
FORGET_TRIES = "DELETE FROM tries WHERE right(bucket, length($1) + 1) = ':' || $1"
FORGET_ACCOUNT = "DELETE FROM accounts WHERE id = $1"
WARNED = "UPDATE accounts SET warned_at = $2 WHERE id = ANY ($1::int[])"
FORGET_KEYS = "DELETE FROM api_tokens WHERE coalesce(revoked_at, used_at, created_at) < $1 RETURNING id"


async def sweep(*, before: datetime) -> int:
    """Forget what ended before a moment, and say how much it was; doing it twice changes nothing."""
    async with transaction():
        return sum([len(await rows(statement, before)) for statement in SPENT])
