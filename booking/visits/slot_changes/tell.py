"""Telling everyone of a changed slot: all the mails in one statement, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.people.accounts.who_hears import college_hears, company_hears, lycee_hears
from booking.visits.slot_changes.rules import Word, minute_of
from workshops.database import rows

TELL = f"""
WITH words AS (
  SELECT * FROM unnest($1::varchar[], $2::int[], $3::int[], $4::varchar[]) AS w (kind, about, sequence, told)
), told AS (
  SELECT w.kind, w.about, w.sequence, a.* FROM words w JOIN reservations r ON w.told = 'college' AND r.id = w.about
  CROSS JOIN {college_hears("r.school", "r.booked_by")}
  UNION ALL
  SELECT w.kind, w.about, w.sequence, a.* FROM words w JOIN attendances t ON w.told = 'company' AND t.id = w.about
  CROSS JOIN {company_hears("t.company", "t.announced_by")}
  UNION ALL
  SELECT w.kind, w.about, w.sequence, a.* FROM words w CROSS JOIN {lycee_hears("$5::int")} WHERE w.told = 'lycee'
)
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT kind, email, name, about, $7, kind || ':' || about || ':' || sequence || ':' || id, $6, $6 FROM told
ORDER BY about, kind, id
ON CONFLICT (once) DO NOTHING
"""  # noqa: S608 - constants only


async def tell(words: Sequence[Word], *, host_school: int, was_at: datetime | None = None, now: datetime) -> None:
    """Queue these mails; `host_school` is the lycée, `was_at` when the visit began."""
    if words:
        await rows(
            TELL,
            [one.kind for one in words],
            [one.about for one in words],
            [one.sequence for one in words],
            [one.to for one in words],
            host_school,
            now,
            None if was_at is None else minute_of(was_at),
        )
