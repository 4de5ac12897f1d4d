"""Reminding both sides of a mentoring action, the day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.who_hears import company_hears, lycee_hears
from workshops.database import rows

# Whatever the clock does, the eve's morning of a later action is not come.
LOOKS_AHEAD = timedelta(days=3)

# `day`, the action's date in Paris, is part of each key: an action that moved is reminded of for its new date, once.
# One that was planned or changed after the moment of its reminder has just been told: it needs none.
REMIND = f"""
WITH due AS (
  SELECT a.id, a.company, s.school, on_.day FROM mentoring_actions a
  JOIN ptech_cohorts c ON c.id = a.cohort JOIN ptech_schemes s ON s.id = c.scheme
  CROSS JOIN LATERAL (SELECT (a.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) on_
  CROSS JOIN LATERAL (SELECT ((on_.day - 1) + time '08:00') AT TIME ZONE 'Europe/Paris' AS day_before) eve
  WHERE a.state = 'planned' AND a.starts_at > $1 AND a.starts_at < $2
    AND $1 >= eve.day_before AND a.changed_at < eve.day_before
), keyed AS (
  SELECT DISTINCT p.email, p.name, due.id AS about, to_char(due.day, 'YYYYMMDD') AS day,
    'reminder_1_mentoring:' || due.id || ':' || to_char(due.day, 'YYYYMMDD') || ':' || p.id AS once
  FROM due CROSS JOIN LATERAL (
    SELECT a.* FROM {lycee_hears("due.school")}
    UNION SELECT a.* FROM {company_hears("due.company")} WHERE due.company IS NOT NULL) p
)
INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
SELECT 'reminder_1_mentoring', k.email, k.name, k.about, k.day::int, k.once, $1, $1 FROM keyed k
WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.once = k.once) ORDER BY k.once
ON CONFLICT (once) DO NOTHING RETURNING id
"""  # noqa: S608 - constants only


async def remind_of_actions(*, now: datetime) -> int:
    """Queue the reminders that are due, each once; returns how many. From 8 h 00 the day before, until it starts."""
    return len(await rows(REMIND, now, now + LOOKS_AHEAD))
