"""A company can no longer come."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.who_hears import company_hears, lycee_hears
from booking.visits.attendance.rules import NoMoreAnnouncements
from workshops.database import row, transaction, value
from workshops.refusals import NotFound

# The slot first, as every act on a slot does: a slot that is being called off is waited for.
LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM attendances WHERE id = $1 AND company = $2) FOR NO KEY UPDATE"""
WITHDRAW = f"""
WITH ended AS (
  UPDATE attendances a SET state = 'withdrawn', sequence = a.sequence + 1
  FROM slots sl WHERE a.id = $1 AND a.state IN ('asked', 'announced') AND sl.id = a.slot AND sl.starts_at > $3
  RETURNING a.id, a.slot, a.company, a.people, a.sequence, a.announced_by
), freed AS (
  UPDATE slots SET company_places_taken = company_places_taken - ended.people
  FROM ended WHERE slots.id = ended.slot RETURNING slots.school
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT 'attendance_withdrawn', a.email, a.name, ended.id,
         'attendance_withdrawn:' || ended.id || ':' || ended.sequence || ':' || a.id, $3, $3
  FROM ended, {company_hears("ended.company", "ended.announced_by")}
  UNION ALL
  SELECT 'attendance_withdrawn_host', a.email, a.name, ended.id,
         'attendance_withdrawn_host:' || ended.id || ':' || ended.sequence || ':' || a.id, $3, $3
  FROM ended, freed, {lycee_hears("freed.school")}
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $3, $2, 'attendance_withdrawn', 'attendance', ended.id, '' FROM ended
)
SELECT id FROM ended
"""  # noqa: S608 - constants only


async def withdraw(attendance: int, *, company: int, by: int, now: datetime) -> None:
    """Take back a coming before the session and give its places back; raises NotFound, NoMoreAnnouncements."""
    async with transaction():
        if await row(LOCK_SLOT_OF, attendance, company) is None:
            raise NotFound()
        if await value(WITHDRAW, attendance, by, now) is None:
            raise NoMoreAnnouncements("Cette séance a commencé, ou votre venue était déjà retirée.")
