"""A lycée answers a company: it is welcome, or it is not this time."""

from __future__ import annotations

from datetime import datetime

from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.rules import LIVE, StandingAttendance, refuse_answer
from workshops.database import row, rows, transaction
from workshops.database.row_types import row_as
from workshops.events.record import recorded
from workshops.refusals import NotFound, or_not_found
from workshops.slots.seats import company_places_shifted

LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM attendances WHERE id = $1) AND sl.school = $2 FOR NO KEY UPDATE"""
STANDS = """SELECT a.state, sl.state AS slot_state, sl.starts_at, a.people, a.role, a.message,
  sl.company_places - sl.company_places_taken AS free
FROM attendances a JOIN slots sl ON sl.id = a.slot WHERE a.id = $1"""
ACCEPT = f"""
WITH answered AS (
  UPDATE attendances SET state = 'announced', sequence = sequence + 1, confirmed_at = $2 WHERE id = $1
  RETURNING id, sequence
), {
    recorded(
        "answered",
        at="$2",
        by="$3",
        act="'attendance_accepted'",
        about_kind="'attendance'",
        about="answered.id",
        sequence="answered.sequence",
        was="'asked'",
        state="'announced'",
    )
}
SELECT id FROM answered"""  # noqa: S608 - constants only
DECLINE = f"""
WITH answered AS (
  UPDATE attendances SET state = 'declined', sequence = sequence + 1, reason = $4, visitors = '' WHERE id = $1
  RETURNING id, slot, people, sequence
), freed AS (
  {company_places_shifted("answered", people="-answered.people")}
), {
    recorded(
        "answered",
        at="$2",
        by="$3",
        act="'attendance_declined'",
        about_kind="'attendance'",
        about="answered.id",
        sequence="answered.sequence",
        was="$5",
        state="'declined'",
    )
}
SELECT id FROM answered"""  # noqa: S608 - constants only


async def accept(attendance: int, *, school: int, by: int, now: datetime) -> None:
    """A company that asked to come is expected: it gets its invitation.

    Raises NotFound for another lycée's, AlreadyAnswered, NoMoreAnnouncements.
    """
    async with transaction():
        refuse_answer(await _standing(attendance, school), among=("asked",), now=now)
        await rows(ACCEPT, attendance, now, by)


async def decline(attendance: int, asked: DeclineComing, *, school: int, by: int, now: datetime) -> None:
    """A company that asked to come, or that is announced, does not come: it reads why, its places are free again.

    Raises NotFound for another lycée's, AlreadyAnswered, NoMoreAnnouncements.
    """
    async with transaction():
        stands = await _standing(attendance, school)
        refuse_answer(stands, among=LIVE, now=now)
        await rows(DECLINE, attendance, now, by, asked.reason, stands.state)


async def _standing(attendance: int, school: int) -> StandingAttendance:
    if await row(LOCK_SLOT_OF, attendance, school) is None:
        raise NotFound()
    return or_not_found(await row_as(StandingAttendance, STANDS, attendance))
