"""The invented people of the trial version, and the token that each of them keeps."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from booking.people.accounts.rules import hash_of
from workshops.database import rows
from workshops.shapes import rows_as

# No trial lasts that long: its keys never end while someone looks at it.
KEEP_TRIAL = """INSERT INTO api_tokens (token_hash, account, membership, label, expires_at)
VALUES ($1, $2, $3, 'version d''essai', now() + interval '20 years') ON CONFLICT (token_hash) DO NOTHING"""


@dataclass(frozen=True)
class DemoAccount:
    """An invented person of the trial version."""

    account: int
    membership: int
    role: str
    email: str
    name: str
    school_uai: str
    school_name: str
    place: str


async def demo_accounts() -> list[DemoAccount]:
    """The invented people, by role; a real account is never among them."""
    return await rows_as(
        DemoAccount,
        """SELECT a.id AS account, m.id AS membership, m.role, a.email, a.name,
                  coalesce(s.uai, '') AS school_uai, coalesce(s.name, '') AS school_name,
                  coalesce(s.name || ', ' || s.commune, c.name, 'Toute l''académie') AS place
           FROM memberships m JOIN accounts a ON a.id = m.account
           LEFT JOIN schools s ON s.id = m.school LEFT JOIN companies c ON c.id = m.company
           WHERE a.example AND a.disabled_at IS NULL
           ORDER BY array_position(ARRAY['teacher', 'host', 'company', 'coordinator'], m.role::text), m.id""",
    )


async def trial_token(account: int, membership: int, *, secret_key: str) -> str:
    """The token of an invented person of the trial version: always the same for one data folder."""
    token = hmac.new(secret_key.encode(), f"trial token:{membership}".encode(), hashlib.sha256).hexdigest()
    await rows(KEEP_TRIAL, hash_of(token), account, membership)
    return token
