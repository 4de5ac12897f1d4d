"""Reminding both sides of a mentoring action, the day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from workshops.database import rows
from workshops.events.record import REMINDED

# Whatever the clock does, the eve's morning of a later action is not come.
LOOKS_AHEAD = timedelta(days=3)

# `day`, the action's date in Paris, is part of each event: an action that moved is reminded of for its new date, once.
# One that was planned or changed after the moment of its reminder has just been told: it needs none.
REMIND = f"""
WITH due AS (
  SELECT 'action_tomorrow' AS act, 'action' AS about_kind, a.id AS about, to_char(on_.day, 'YYYYMMDD')::int AS day
  FROM mentoring_actions a
  CROSS JOIN LATERAL (SELECT (a.starts_at AT TIME ZONE 'Europe/Paris')::date AS day) on_
  CROSS JOIN LATERAL (SELECT ((on_.day - 1) + time '08:00') AT TIME ZONE 'Europe/Paris' AS day_before) eve
  WHERE a.state = 'planned' AND a.starts_at > $1 AND a.starts_at < $2
    AND $1 >= eve.day_before AND a.changed_at < eve.day_before
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def remind_of_actions(*, now: datetime) -> int:
    """Say the reminders that are due, each once; returns how many. From 8 h 00 the day before, until it starts."""
    return len(await rows(REMIND, now, now + LOOKS_AHEAD))
