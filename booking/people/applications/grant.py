"""A program's access token: what its secret opens, for an hour, and no more of it than it asks for (RFC 6749, 4.4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from booking.people.accounts import tries
from booking.people.accounts.rules import USED_EVERY, hash_of
from booking.people.applications.rules import TOKEN_LASTS, NotGranted, scope_granted
from booking.people.applications.tables import ApplicationSecret, ApplicationToken
from workshops.database import row

SHOWN = """SELECT t.id, t.used_at, p.permissions, p.writes
FROM application_secrets t JOIN applications p ON p.id = t.application
WHERE t.secret_hash = $1 AND t.ended_at IS NULL AND p.ended_at IS NULL AND p.client_id = $2"""


class Granted(Struct, frozen=True):
    """What a program was given: its token, and the words of its scope."""

    token: str
    scope: Sequence[str]


async def grant(
    client_id: str, secret: str, *, scope: Collection[str], token: str, address: str, now: datetime
) -> Granted:
    """Give the program `token`, for what this `scope` asks of its own, or for all of it.

    Raises NotGranted; TooManyTries, by program and network address: whoever knows a program's name keeps it from
    nothing.
    """
    async with tries.counted_if_wrong("program", account=f"{client_id[:60]}@{address}", address=address, now=now):
        known = await row(SHOWN, hash_of(secret), client_id)
        if known is None:
            raise NotGranted("invalid_client", "client_id and client_secret are not those of a program.")
    given = scope_granted(scope, known["permissions"], writes=known["writes"])
    if known["used_at"] is None or known["used_at"] < now - USED_EVERY:
        await ApplicationSecret.update({ApplicationSecret.used_at: now}).where(ApplicationSecret.id == known["id"])
    fresh = ApplicationToken(
        token_hash=hash_of(token), secret=known["id"], permissions=given, expires_at=now + TOKEN_LASTS
    )
    await ApplicationToken.insert(fresh)
    return Granted(token, given)
