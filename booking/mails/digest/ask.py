"""Ask for the Monday mails: one to each host of a lycée, one to each coordinator, once a week."""

from __future__ import annotations

from datetime import datetime

from booking.mails.digest.rules import monday_of
from workshops.database import rows

# $1 now, $2 the Monday as 20270111. A mail that finds nothing to say when it is written never leaves.
ASK = """
WITH readers AS (
  SELECT 'digest_' || m.role AS kind, a.id, a.email, a.name, coalesce(m.school, 0) AS school,
    'digest_' || m.role || ':' || coalesce(m.school, 0) || ':' || $2::int || ':' || a.id AS once
  FROM memberships m JOIN accounts a ON a.id = m.account
  WHERE m.role IN ('host', 'coordinator') AND a.disabled_at IS NULL AND a.weekly_mail
)
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT r.kind, r.email, r.name, r.school, $2::int, r.once, $1, $1 FROM readers r
WHERE NOT EXISTS (SELECT FROM notices n WHERE n.once = r.once) ORDER BY r.once
ON CONFLICT (once) DO NOTHING RETURNING id
"""


async def ask_for_digests(*, now: datetime) -> int:
    """Queue the weekly mails on Monday from 7 h 00 in Paris, each once however many workers ask; returns how many."""
    monday = monday_of(now)
    return 0 if monday is None else len(await rows(ASK, now, int(monday.strftime("%Y%m%d"))))
