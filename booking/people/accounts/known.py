"""The accounts, as the coordination reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct

from booking.people.accounts.queries import PLACE, PLACE_SEARCHED, PLACES
from workshops.database import rows


class KnownAccount(Struct, frozen=True):
    """An account as the coordinator sees it, once for each of its `roles`; the next page starts at `membership`.

    `awaiting`: her collège has not said that she is its teacher. `alone`: nobody else receives at this host's lycée.
    """

    membership: int
    account: int
    email: str
    name: str
    role: str
    place: str
    last_seen_at: datetime | None
    disabled: bool
    example: bool
    roles: int
    awaiting: bool
    alone: bool


async def known_accounts(*, search: str = "", after: int = 0, limit: int = 100) -> list[KnownAccount]:
    """The accounts whose name, address or place holds the words searched for."""
    found: Sequence[Record] = await rows(
        f"""SELECT m.id AS membership, a.id AS account, a.email, a.name, m.role,
                  {PLACE} AS place,
                  a.last_seen_at, a.disabled_at IS NOT NULL AS disabled, a.example,
                  (SELECT count(*) FROM memberships o WHERE o.account = a.id) AS roles, m.awaiting,
                  m.role = 'host' AND a.disabled_at IS NULL AND NOT EXISTS (
                    SELECT FROM memberships o JOIN accounts b ON b.id = o.account AND b.disabled_at IS NULL
                    WHERE o.school = m.school AND o.role = 'host' AND o.account <> a.id) AS alone
           FROM memberships m JOIN accounts a ON a.id = m.account
           {PLACES}
           WHERE m.id > $2 AND ($1 = '' OR
                 concat_ws(' ', a.name, a.email, {PLACE_SEARCHED}) ILIKE '%' || $1 || '%')
           ORDER BY m.id LIMIT $3""",  # noqa: S608 - constants only
        search,
        after,
        limit,
    )
    return [KnownAccount(**dict(one)) for one in found]
