"""Reminding a lycée of a company that still waits for its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.who_hears import lycee_hears
from workshops.database import rows

REMINDED_BEFORE = timedelta(days=2)
# A lycée asked within these two days has just been told. The hour is in the key: a slot that moves is due again.
REMIND = f"""
INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
SELECT 'attendance_unanswered', a.email, a.name, at.id,
  'attendance_unanswered:' || at.id || ':' || extract(epoch FROM sl.starts_at)::bigint || ':' || a.id, $1, $1
FROM attendances at JOIN slots sl ON sl.id = at.slot, {lycee_hears("sl.school")}
WHERE at.state = 'asked' AND sl.state IN ('open', 'closed') AND sl.starts_at > $1
  AND sl.starts_at <= $1 + $2::interval AND at.created_at < sl.starts_at - $2::interval
ORDER BY 5
ON CONFLICT (once) DO NOTHING RETURNING id
"""  # noqa: S608 - constants only
FORGET_WORDS = """UPDATE attendances SET message = '', reason = ''
WHERE slot = ANY ($1::int[]) AND (message <> '' OR reason <> '') RETURNING id"""


async def remind_hosts(*, now: datetime) -> int:
    """Two days before a session, ask its lycée again for the answer to each company; returns how many mails.

    Each once, however many workers ask.
    """
    return len(await rows(REMIND, now, REMINDED_BEFORE))
