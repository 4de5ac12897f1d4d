"""A company can no longer come."""

from __future__ import annotations

from datetime import datetime

from booking.visits.attendance.rules import NoMoreAnnouncements
from workshops.database import row, transaction, value
from workshops.events.record import recorded
from workshops.refusals import NotFound
from workshops.slots.seats import company_places_shifted

# The slot first, as every act on a slot does: a slot that is being called off is waited for.
LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM attendances WHERE id = $1 AND company = $2) FOR NO KEY UPDATE"""
WITHDRAW = f"""
WITH ended AS (
  UPDATE attendances a SET state = 'withdrawn', sequence = a.sequence + 1
  FROM slots sl WHERE a.id = $1 AND a.state IN ('asked', 'announced') AND sl.id = a.slot AND sl.starts_at > $3
  RETURNING a.id, a.slot, a.people, a.sequence, (SELECT w.state FROM attendances w WHERE w.id = a.id) AS was
), freed AS (
  {company_places_shifted("ended", people="-ended.people")}
), {
    recorded(
        "ended",
        at="$3",
        by="$2",
        act="'attendance_withdrawn'",
        about_kind="'attendance'",
        about="ended.id",
        sequence="ended.sequence",
        was="ended.was",
        state="'withdrawn'",
    )
}
SELECT id FROM ended
"""  # noqa: S608 - constants only


async def withdraw(attendance: int, *, company: int, by: int, now: datetime) -> None:
    """Take back a coming before the session and give its places back; raises NotFound, NoMoreAnnouncements."""
    async with transaction():
        if await row(LOCK_SLOT_OF, attendance, company) is None:
            raise NotFound()
        if await value(WITHDRAW, attendance, by, now) is None:
            raise NoMoreAnnouncements("Cette séance a commencé, ou votre venue était déjà retirée.")
