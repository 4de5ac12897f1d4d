"""What a person sees of her own account: her hats, her open sessions, her keys."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.accounts.queries import PLACE, PLACES
from booking.people.accounts.rules import SESSION_IDLE
from booking.people.accounts.tables import SecondProof
from workshops.database.row_types import rows_as


class Hat(Struct, frozen=True):
    """One thing that an account may act as."""

    membership: int
    role: str
    place: str
    school: int | None
    awaiting: bool


async def hats_of(account: int) -> list[Hat]:
    """Everything that an account may act as, the oldest first."""
    return await rows_as(
        Hat,
        f"""SELECT m.id AS membership, m.role, m.school, m.awaiting, {PLACE} AS place
           FROM memberships m {PLACES} WHERE m.account = $1 ORDER BY m.id""",  # noqa: S608 - constants only
        account,
    )


class OpenSession(Struct, frozen=True):
    """A browser in which the account is signed in."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime
    here: bool


async def open_sessions(account: int, *, here: bytes, now: datetime) -> list[OpenSession]:
    """Where an account is signed in now."""
    return await rows_as(
        OpenSession,
        """SELECT id, browser, created_at, seen_at, id_hash = $2 AS here FROM sessions
           WHERE account = $1 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC""",
        account,
        here,
        now,
        now - SESSION_IDLE,
    )


class Key(Struct, frozen=True):
    """A key to the JSON API, as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    writes: bool
    over: bool


async def keys_of(account: int, *, now: datetime) -> list[Key]:
    """The keys that nobody revoked; those whose end has come are `over`."""
    return await rows_as(
        Key,
        """SELECT id, label, created_at, expires_at, used_at, writes, expires_at <= $2 AS over
           FROM api_tokens WHERE account = $1 AND revoked_at IS NULL ORDER BY id""",
        account,
        now,
    )


async def has_second_proof(account: int) -> bool:
    """Whether signing in to this account asks for the code of a phone as well."""
    return await SecondProof.exists().where(SecondProof.account == account)
