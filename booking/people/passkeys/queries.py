"""The passkeys of an account."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.passkeys.tables import Passkey
from workshops.database.row_types import rows_as


class KeptPasskey(Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    used_at: datetime | None


async def passkeys_of(account: int) -> list[KeptPasskey]:
    """Everything that signs in to this account by itself, the oldest first."""
    return await rows_as(
        KeptPasskey, "SELECT id, label, created_at, used_at FROM passkeys WHERE account = $1 ORDER BY id", account
    )


async def credentials_of(account: int) -> list[bytes]:
    """By what numbers its devices know the passkeys of this account."""
    kept = Passkey.select(Passkey.credential_id).where(Passkey.account == account).order_by(Passkey.id)
    return [one["credential_id"] for one in await kept]
