"""A company comes with more or fewer people, or to do something else."""

from __future__ import annotations

from datetime import datetime

from booking.visits.attendance.answer import STANDS
from booking.visits.attendance.rules import Standing, refuse_change, refuse_people
from booking.visits.attendance.withdraw import LOCK_SLOT_OF
from workshops.database import row, rows, transaction
from workshops.events.record import recorded
from workshops.refusals import NotFound
from workshops.shapes import row_as
from workshops.slots.seats import company_places_shifted

# Only the head count stands in the entry's title: it alone raises SEQUENCE and is sent to the company's agenda.
CHANGE = f"""
WITH was AS (
  SELECT id, people FROM attendances WHERE id = $1
), changed AS (
  UPDATE attendances a SET people = $2, role = $3, message = $4, sequence = a.sequence + (was.people <> $2)::int
  FROM was WHERE a.id = was.id
  RETURNING a.id, a.slot, a.state, a.sequence, a.people - was.people AS more
), seated AS (
  {company_places_shifted("changed", people="changed.more")}
), {
    recorded(
        "changed",
        at="$6",
        by="$5",
        about_kind="'attendance'",
        about="changed.id",
        sequence="changed.sequence",
        act="CASE changed.more WHEN 0 THEN 'attendance_described' ELSE 'attendance_changed' END",
        was="changed.state",
        state="changed.state",
        detail="$2 || CASE WHEN $2 = 1 THEN ' personne' ELSE ' personnes' END",
    )
}
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
