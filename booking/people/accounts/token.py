"""Keys to the JSON API: shown once, kept as a hash, for one use, until a day or until they are revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.rules import KEY_LASTS, UnknownAccount, hash_of
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

ACTS_AS = """SELECT m.id, m.account FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND a.disabled_at IS NULL AND ($2::int IS NULL OR m.id = $2) ORDER BY m.id LIMIT 1"""
KEEP = """INSERT INTO api_tokens (token_hash, account, membership, label, created_at, expires_at, writes)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id"""
REVOKE = """UPDATE api_tokens SET revoked_at = $3
WHERE id = $1 AND account = $2 AND revoked_at IS NULL RETURNING id"""


async def issue_token(
    email: str,
    *,
    token: str,
    now: datetime,
    label: str = "",
    membership: int | None = None,
    lasts: timedelta = KEY_LASTS,
    writes: bool = True,
) -> None:
    """Let a machine that shows `token` read as this person, and act too if it `writes`; raises UnknownAccount.

    A key opens the JSON API, where no account, key, phone nor passkey is made or changed.
    """
    async with transaction():
        acts_as = await row(ACTS_AS, email.strip().lower(), membership)
        if acts_as is None:
            raise UnknownAccount()
        acting = (acts_as["account"], acts_as["id"])
        kept = await value(KEEP, hash_of(token), *acting, label[:80], now, now + lasts, writes)
        await record("token_issued", by=acts_as["account"], about_kind="token", about=kept, now=now)


async def revoke_token(token: int, *, account: int, now: datetime) -> None:
    """The key opens nothing any more."""
    async with transaction():
        if await row(REVOKE, token, account, now) is None:
            raise NotFound()
        await record("token_revoked", by=account, about_kind="token", about=token, now=now)
