"""A company that would meet nobody hears it: when the last group leaves, and when reservations close empty."""

from __future__ import annotations

from datetime import datetime

from workshops.database import rows
from workshops.events.record import REMINDED
from workshops.slots.rules import TO_COME_SQL

# A slot has had `groups_ever` groups: that number is in the first event, so that the next to leave is told too. What
# the company read when it signed up, or since, is not said again. The second names the date: a slot that moves says it
# anew.
WARN = f"""
WITH alone AS (
  SELECT at.id, sl.groups_ever::int AS left_by, at.warned_of, sl.state = 'open' AND sl.booking_closes_at > $1 AS opened,
    to_char(sl.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD')::int AS on_day, coalesce(
      sl.groups_ever <= at.warned_of AND at.warned_on = (sl.starts_at AT TIME ZONE 'Europe/Paris')::date, false
    ) AS read_closed
  FROM slots sl JOIN attendances at ON at.slot = sl.id
  WHERE sl.state IN {TO_COME_SQL} AND sl.starts_at > $1 AND sl.groups_taken = 0 AND sl.company_places_taken > 0
    AND at.state = 'announced'
), due AS (
  SELECT 'coming_left_alone' AS act, 'attendance' AS about_kind, id AS about, left_by AS day FROM alone
  WHERE opened AND left_by > warned_of
  UNION ALL
  SELECT 'coming_to_nobody', 'attendance', id, on_day FROM alone WHERE NOT opened AND NOT read_closed
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


async def warn(*, now: datetime) -> int:
    """Say to each company at a session that no group comes to what it did not read yet; returns how many are told.

    Each once, however many workers ask.
    """
    return len(await rows(WARN, now))
