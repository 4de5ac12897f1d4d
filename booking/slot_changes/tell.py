"""Telling everyone of a changed slot: all the mails in one statement, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.slot_changes.rules import Word, minute_of
from workshops.database import rows

TELL = """
WITH words AS (
  SELECT * FROM unnest($1::varchar[], $2::int[], $3::int[], $4::int[]) AS w (kind, about, sequence, account)
), told AS (
  SELECT w.kind, w.about, w.sequence, a.id, a.email, a.name FROM words w JOIN accounts a ON a.id = w.account
  UNION ALL
  SELECT w.kind, w.about, w.sequence, a.id, a.email, a.name
  FROM words w JOIN memberships m ON m.school = $5 AND m.role = 'host'
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE w.account IS NULL
)
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT kind, email, name, about, $7, kind || ':' || about || ':' || sequence || ':' || id, $6, $6 FROM told
ORDER BY about, kind, id
ON CONFLICT (once) DO NOTHING
"""


async def tell(words: Sequence[Word], *, host_school: int, was_at: datetime | None = None, now: datetime) -> None:
    """Queue these mails; a word without an account goes to each host of the lycée. `was_at`: when the visit began."""
    if words:
        await rows(
            TELL,
            [one.kind for one in words],
            [one.about for one in words],
            [one.sequence for one in words],
            [one.account for one in words],
            host_school,
            now,
            None if was_at is None else minute_of(was_at),
        )
