"""A company comes with more or fewer people, or to do something else."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.who_hears import company_hears, lycee_hears
from booking.visits.attendance.answer import STANDS
from booking.visits.attendance.rules import Standing, refuse_change, refuse_people
from booking.visits.attendance.withdraw import LOCK_SLOT_OF
from workshops.database import row, rows, transaction
from workshops.refusals import NotFound
from workshops.shapes import row_as

# Only the head count stands in the entry's title: it alone raises SEQUENCE and is sent to the company's agenda.
CHANGE = f"""
WITH was AS (
  SELECT id, people FROM attendances WHERE id = $1
), changed AS (
  UPDATE attendances a SET people = $2, role = $3, message = $4, sequence = a.sequence + (was.people <> $2)::int
  FROM was WHERE a.id = was.id
  RETURNING a.id, a.slot, a.company, a.sequence, a.announced_by, a.people - was.people AS more
), seated AS (
  UPDATE slots SET company_places_taken = company_places_taken + changed.more
  FROM changed WHERE slots.id = changed.slot RETURNING slots.school
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT 'attendance_changed', a.email, a.name, changed.id,
         'attendance_changed:' || changed.id || ':' || changed.sequence || ':' || a.id, $6, $6
  FROM changed, {company_hears("changed.company", "changed.announced_by")} WHERE changed.more <> 0
  UNION ALL
  SELECT 'attendance_changed_host', a.email, a.name, changed.id,
         'attendance_changed_host:' || changed.id || ':' || extract(epoch FROM $6::timestamptz) || ':' || a.id, $6, $6
  FROM changed, seated, {lycee_hears("seated.school")}
  ON CONFLICT (once) DO NOTHING
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $6, $5, 'attendance_changed', 'attendance', changed.id,
         $2 || CASE WHEN $2 = 1 THEN ' personne' ELSE ' personnes' END FROM changed
)
SELECT id FROM changed
"""  # noqa: S608 - constants only


async def change(
    attendance: int, *, company: int, people: int, role: str, message: str, by: int, now: datetime
) -> None:
    """Come with other people or for something else, until the session begins; what was the same tells nobody.

    Raises NotFound for another company's, Invalid, NoMoreAnnouncements, CompanyPlacesFull.
    """
    refuse_people(people, role)
    message = message.strip()[:500]
    async with transaction():
        if await row(LOCK_SLOT_OF, attendance, company) is None:
            raise NotFound()
        stands = await row_as(Standing, STANDS, attendance)
        if stands is None:
            raise NotFound()
        refuse_change(stands, people=people, now=now)
        if (people, role, message) != (stands.people, stands.role, stands.message):
            await rows(CHANGE, attendance, people, role, message, by, now)
