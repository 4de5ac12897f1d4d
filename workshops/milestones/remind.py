"""Reminding whoever answers for a milestone, a month and a week before its day."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.milestones.rules import IN_A_MONTH, IN_A_WEEK, OPEN_SQL
from workshops.school_calendar.rules import OFFICE_OPENS, paris_day, paris_instant

# The milestone's day is part of each event: one that is put off is reminded of for its new day, once. What was missed
# while no worker ran is said late, but never a month's reminder within the last week, nor any once the day is over.
REMIND = f"""
WITH due AS (
  SELECT CASE WHEN m.due_on - $2::date > {IN_A_WEEK} THEN 'milestone_in_a_month' ELSE 'milestone_in_a_week' END AS act,
    'milestone' AS about_kind, m.id AS about, to_char(m.due_on, 'YYYYMMDD')::int AS day
  FROM milestones m WHERE m.state IN {OPEN_SQL} AND m.due_on BETWEEN $2::date AND $2::date + {IN_A_MONTH}
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def remind_of_milestones(*, now: datetime) -> int:
    """Say the reminders that are due from 8 h 00 on, each once, however many workers ask; returns how many."""
    today = paris_day(now)
    if now < paris_instant(today, OFFICE_OPENS):
        return 0
    return len(await rows(REMIND, now, today))
