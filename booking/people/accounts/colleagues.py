"""Who has the same role in the same school."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database.row_types import rows_as

COLLEAGUES = """SELECT m.id AS membership, a.id AS account, a.name, a.email, a.last_seen_at
FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
WHERE m.school = $1 AND m.role = $2 AND NOT m.awaiting ORDER BY m.id"""


class Colleague(Struct, frozen=True):
    """Somebody who acts for the same school; `last_seen_at` is None for one who was invited and never came."""

    membership: int
    account: int
    name: str
    email: str
    last_seen_at: datetime | None


async def colleagues_of(school: int, *, role: str) -> list[Colleague]:
    """Those who act for a school in one role, the first first."""
    return await rows_as(Colleague, COLLEAGUES, school, role)
