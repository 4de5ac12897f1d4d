"""Erasing the telephones that no visit to come needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.people.accounts.profile import FORGET_PHONE
from booking.visits.attendance.rules import LIVE_COMINGS_SQL
from booking.visits.reservation_states import NOT_ENDED_SQL
from workshops.database import rows

KEPT_AT_MOST = timedelta(days=365)
# The visits that a person's number is for: those that she reserved, receives, or comes to.
_HERS = f"""(
  SELECT r.ends_at FROM reservations r WHERE r.booked_by = a.id
    AND r.state IN {NOT_ENDED_SQL}
  UNION ALL
  SELECT s.ends_at FROM memberships m JOIN slots s ON s.school = m.school AND s.groups_taken > 0
    AND s.state <> 'called_off' WHERE m.account = a.id AND m.role = 'host'
  UNION ALL
  SELECT s.ends_at FROM attendances t JOIN slots s ON s.id = t.slot WHERE t.announced_by = a.id
    AND t.state IN {LIVE_COMINGS_SQL}
) visit"""  # noqa: S608 - constants only
# $1: visits that ended before are over; $2: a number given before that has been kept long enough, visit or not.
FORGET_PHONES = f"""
{FORGET_PHONE} WHERE a.phone <> '' AND (a.phone_at < $2 OR (
  EXISTS (SELECT FROM {_HERS} WHERE visit.ends_at < $1 AND visit.ends_at >= a.phone_at)
  AND NOT EXISTS (SELECT FROM {_HERS} WHERE visit.ends_at >= $1)))
RETURNING a.id
"""  # noqa: S608 - constants only


async def forget_phones(*, over_before: datetime, now: datetime) -> int:
    """Numbers whose visits ended before a moment, none being ahead, and those kept long enough; returns how many."""
    return len(await rows(FORGET_PHONES, over_before, now - KEPT_AT_MOST))
