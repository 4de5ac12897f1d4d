"""The passkeys of an account; asking a browser to make or show one: a challenge that serves once, for 5 minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.people.accounts.tables import Account
from booking.people.passkeys.rules import (
    CHALLENGE_LASTS,
    Purpose,
    asked_to_make,
    asked_to_show,
    hash_of_challenge,
    user_handle,
)
from booking.people.passkeys.tables import Passkey
from workshops.database import rows, transaction, value
from workshops.database.row_types import rows_as
from workshops.refusals import or_not_found


class KeptPasskey(Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    used_at: datetime | None


HANDLE = "SELECT user_handle FROM passkeys WHERE account = $1 AND user_handle IS NOT NULL ORDER BY id LIMIT 1"


async def passkeys_of(account: int) -> list[KeptPasskey]:
    """Everything that signs in to this account by itself, the oldest first."""
    return await rows_as(
        KeptPasskey, "SELECT id, label, created_at, used_at FROM passkeys WHERE account = $1 ORDER BY id", account
    )


async def credentials_of(account: int) -> list[bytes]:
    """By what numbers its devices know the passkeys of this account."""
    kept = Passkey.select(Passkey.credential_id).where(Passkey.account == account).order_by(Passkey.id)
    return [one["credential_id"] for one in await kept]


# What nobody answered goes with the next one that is asked.
KEEP_CHALLENGE = """WITH stale AS (DELETE FROM passkey_challenges WHERE expires_at < $5)
INSERT INTO passkey_challenges (challenge_hash, purpose, account, expires_at) VALUES ($1, $2, $3, $4)"""


async def ask_for_new(account: int, *, challenge: bytes, origin: str, secret_key: str, now: datetime) -> dict[str, Any]:
    """What the browser of a signed-in person needs to make her a passkey."""
    async with transaction():
        person = or_not_found(await Account.select(Account.email, Account.name).where(Account.id == account).first())
        await _keep(challenge, "make", account, now)
        return asked_to_make(
            origin,
            challenge,
            handle=await value(HANDLE, account) or user_handle(account, secret_key),
            email=person["email"],
            name=person["name"],
            known=await credentials_of(account),
        )


async def ask_to_sign_in(*, challenge: bytes, origin: str, now: datetime) -> dict[str, Any]:
    """What the browser of a stranger needs to show one of the passkeys that it finds by itself."""
    await _keep(challenge, "sign_in", None, now)
    return asked_to_show(origin, challenge)


async def ask_to_prove(account: int, *, challenge: bytes, origin: str, now: datetime) -> dict[str, Any]:
    """What the browser of someone who came by a mailed link needs to show one of her passkeys."""
    async with transaction():
        await _keep(challenge, "prove", account, now)
        return asked_to_show(origin, challenge, known=await credentials_of(account))


async def _keep(challenge: bytes, purpose: Purpose, account: int | None, now: datetime) -> None:
    await rows(KEEP_CHALLENGE, hash_of_challenge(challenge), purpose, account, now + CHALLENGE_LASTS, now)
