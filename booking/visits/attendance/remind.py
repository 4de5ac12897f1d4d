"""Reminding a lycée of a company that still waits for its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import rows
from workshops.events.record import reminded

REMINDED_BEFORE = timedelta(days=2)
# A lycée asked within these two days has just been told. The hour is in the event: a slot that moves is due again.
REMIND = f"""
WITH due AS (
  SELECT 'coming_unanswered' AS act, 'attendance' AS about_kind, at.id AS about,
    (extract(epoch FROM sl.starts_at) / 60)::int AS day
  FROM attendances at JOIN slots sl ON sl.id = at.slot
  WHERE at.state = 'asked' AND sl.state IN ('open', 'closed') AND sl.starts_at > $1
    AND sl.starts_at <= $1 + $2::interval AND at.created_at < sl.starts_at - $2::interval
), {reminded("due")}
SELECT id FROM event
"""  # noqa: S608 - constants only
FORGET_WORDS = """UPDATE attendances SET message = '', reason = ''
WHERE slot = ANY ($1::int[]) AND (message <> '' OR reason <> '') RETURNING id"""


async def remind_hosts(*, now: datetime) -> int:
    """Two days before a session, ask its lycée again for the answer to each company; returns how many.

    Each once, however many workers ask.
    """
    return len(await rows(REMIND, now, REMINDED_BEFORE))
