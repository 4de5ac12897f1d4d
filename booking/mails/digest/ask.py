"""Ask for the Monday mails: one to each host of a lycée, one to each coordinator, once a week."""

from __future__ import annotations

from datetime import datetime

from booking.mails.digest.rules import monday_of
from workshops.database import rows
from workshops.events.record import REMINDED

# $1 now, $2 the Monday as 20270111. A mail that finds nothing to say when it is written never leaves.
ASK = f"""
WITH due AS (
  SELECT DISTINCT 'week_begins' AS act, CASE m.role WHEN 'host' THEN 'school' ELSE 'coordination' END AS about_kind,
    coalesce(m.school, 0) AS about, $2::int AS day
  FROM memberships m JOIN accounts a ON a.id = m.account
  WHERE m.role IN ('host', 'coordinator') AND a.disabled_at IS NULL AND a.weekly_mail
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def ask_for_digests(*, now: datetime) -> int:
    """Say on Monday from 7 h 00 in Paris that the week begins, once however many workers ask; returns to how many."""
    monday = monday_of(now)
    return 0 if monday is None else len(await rows(ASK, now, int(monday.strftime("%Y%m%d"))))
