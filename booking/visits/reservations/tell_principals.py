"""Telling a principal what becomes of visits that she has signed, or was asked to sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workshops.database import rows

TELL = """
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT $1::varchar, s.principal_mail, s.principal_name, r.id, r.sequence, $1 || ':' || r.id || ':' || r.sequence, $3, $3
FROM reservations r JOIN schools s ON s.id = r.school AND s.needs_approval AND s.principal_mail <> ''
WHERE r.id = ANY ($2::int[]) ORDER BY r.id
ON CONFLICT (once) DO NOTHING
"""


async def tell_principals(kind: str, reservations: Sequence[int], *, now: datetime) -> None:
    """Queue the mail of each collège that asks for a visa; the others' principals are not told."""
    await rows(TELL, kind, list(reservations), now)
