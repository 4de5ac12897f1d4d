"""A sign-up whose mail is to be opened."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.accounts.rules import hash_of
from workshops.database.row_types import row_as

TO_PROVE = """SELECT u.email, u.name, s.name || ', ' || s.commune AS place
FROM sign_ups u JOIN schools s ON s.id = u.school WHERE u.token_hash = $1 AND u.expires_at > $2"""


class ToProve(Struct, frozen=True):
    """Who signs up, and where, as the page of her link says it."""

    email: str
    name: str
    place: str


async def to_prove(token: str, *, now: datetime) -> ToProve | None:
    """What the link in her own mail is about; None when it is unknown, used or too old."""
    return await row_as(ToProve, TO_PROVE, hash_of(token), now)
