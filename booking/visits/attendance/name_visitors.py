"""A company names its adult visitors for the lycée's register: for that lycée and that day alone."""

from __future__ import annotations

from datetime import datetime

from booking.visits.attendance.acts import NameVisitors
from booking.visits.attendance.answer import STANDS
from booking.visits.attendance.change import LOCK_SLOT_OF
from booking.visits.attendance.rules import NoMoreAnnouncements, StandingAttendance, may_change, visitors_of
from booking.visits.attendance.tables import Attendance
from workshops.database import row, transaction
from workshops.database.row_types import row_as
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

FORGET_VISITORS = """UPDATE attendances SET visitors = ''
WHERE slot = ANY ($1::int[]) AND visitors <> '' RETURNING id"""


async def name_visitors(attendance: int, asked: NameVisitors, *, company: int, by: int, now: datetime) -> None:
    """The lycée expects these people, one a line; the same again is no act.

    The event says that they were named, never who. Raises NotFound, Invalid, NoMoreAnnouncements.
    """
    async with transaction():
        if await row(LOCK_SLOT_OF, attendance, company) is None:
            raise NotFound()
        stands = or_not_found(await row_as(StandingAttendance, STANDS, attendance))
        if not may_change(stands.state, slot=stands.slot_state, starts_at=stands.starts_at, now=now):
            raise NoMoreAnnouncements("Cette séance a commencé, ou votre venue n'a plus cours.")
        named = visitors_of(asked.visitors, people=stands.people)
        otherwise = Attendance.update({Attendance.visitors: named}).where(Attendance.id == attendance)
        if await otherwise.where(Attendance.visitors != named).returning(Attendance.id):
            await record("attendance_visitors", by=by, about_kind="attendance", about=attendance, now=now)
