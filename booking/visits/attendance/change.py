"""A coming that was announced: its company comes otherwise, no longer, or names its adult visitors; its lycée agrees to
it, or not this time."""

from __future__ import annotations

from datetime import datetime

from booking.visits.attendance.acts import ChangeComing, DeclineComing, TellComing, WithdrawComing
from booking.visits.attendance.rules import (
    LIVE,
    LIVE_COMINGS_SQL,
    NoMoreAnnouncements,
    StandingAttendance,
    refuse_answer,
    refuse_change,
    visitors_of,
)
from booking.visits.attendance.tables import Attendance
from workshops.companies.queries import TRADE_KEY
from workshops.database import row, rows, transaction, value
from workshops.database.row_types import row_as
from workshops.events.record import record, recorded_of
from workshops.refusals import or_not_found
from workshops.slots.seats import company_places_shifted

# What a slot does to all its comings at once: what the acts of a slot are composed of.
CALLED_OFF = """UPDATE attendances a SET state = 'called_off', sequence = a.sequence + 1, visitors = ''
  FROM was WHERE a.id = was.id
  RETURNING a.id, was.state AS was, a.sequence"""
FOLLOWED = f"""UPDATE attendances SET sequence = sequence + 1 WHERE slot = $1 AND state IN {LIVE_COMINGS_SQL}
  RETURNING id, state, sequence"""  # noqa: S608 - constants only
# Once a lycée takes one company of a trade, those that come hold theirs; the database refuses two of one.
TRADES_TOLD_APART = f"""UPDATE attendances a SET trade_key = {TRADE_KEY.format(trade="c.trade")} FROM companies c
WHERE c.id = a.company AND a.slot = $1 AND a.state IN {LIVE_COMINGS_SQL} AND a.trade_key = ''
RETURNING a.id"""  # noqa: S608 - constants only
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
    recorded_of(
        "attendance",
        "changed",
        at="$6",
        by="$5",
        act="CASE changed.more WHEN 0 THEN 'attendance_described' ELSE 'attendance_changed' END",
        was="changed.state",
        state="changed.state",
        detail="$2 || CASE WHEN $2 = 1 THEN ' personne' ELSE ' personnes' END",
    )
}
SELECT id FROM changed
"""  # noqa: S608 - constants only
# The slot first, as every act on a slot does: a slot that is being called off is waited for.
LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM attendances WHERE id = $1 AND ($2::int IS NULL OR company = $2))
  AND ($3::int IS NULL OR sl.school = $3) FOR NO KEY UPDATE"""
WITHDRAW = f"""
WITH ended AS (
  UPDATE attendances a SET state = 'withdrawn', sequence = a.sequence + 1, visitors = '', withdrawn_why = $4
  FROM slots sl WHERE a.id = $1 AND a.state IN {LIVE_COMINGS_SQL} AND sl.id = a.slot AND sl.starts_at > $3
  RETURNING a.id, a.slot, a.people, a.sequence, (SELECT w.state FROM attendances w WHERE w.id = a.id) AS was
), freed AS (
  {company_places_shifted("ended", people="-ended.people")}
), {
    recorded_of(
        "attendance",
        "ended",
        at="$3",
        by="$2",
        act="'attendance_withdrawn'",
        was="ended.was",
        state="'withdrawn'",
        detail="$4",
    )
}
SELECT id FROM ended
"""  # noqa: S608 - constants only
FORGET_VISITORS = """UPDATE attendances SET visitors = ''
WHERE slot = ANY ($1::int[]) AND visitors <> '' RETURNING id"""
STANDS = """SELECT a.state, sl.state AS slot_state, sl.starts_at, a.people, a.role, a.message,
  sl.company_places - sl.company_places_taken AS free
FROM attendances a JOIN slots sl ON sl.id = a.slot WHERE a.id = $1"""
ACCEPT = f"""
WITH answered AS (
  UPDATE attendances SET state = 'announced', sequence = sequence + 1, confirmed_at = $2 WHERE id = $1
  RETURNING id, sequence
), {
    recorded_of(
        "attendance", "answered", at="$2", by="$3", act="'attendance_accepted'", was="'asked'", state="'announced'"
    )
}
SELECT id FROM answered"""  # noqa: S608 - constants only
DECLINE = f"""
WITH answered AS (
  UPDATE attendances SET state = 'declined', sequence = sequence + 1, reason = $4, visitors = '' WHERE id = $1
  RETURNING id, slot, people, sequence
), freed AS (
  {company_places_shifted("answered", people="-answered.people")}
), {recorded_of("attendance", "answered", at="$2", by="$3", act="'attendance_declined'", was="$5", state="'declined'")}
SELECT id FROM answered"""  # noqa: S608 - constants only


async def change(attendance: int, asked: TellComing, *, company: int, by: int, now: datetime) -> None:
    """Come with other people, for something else, under these names, until the session begins; what was the same
    tells nobody, and the event of names says who to nobody.

    Raises NotFound for another company's, NoMoreAnnouncements, CompanyPlacesFull, Invalid.
    """
    async with transaction():
        stands = await _standing(attendance, company=company)
        refuse_change(stands, people=asked.people, now=now)
        if isinstance(asked, ChangeComing):
            named = visitors_of(asked.visitors, people=asked.people)
            otherwise = Attendance.update({Attendance.visitors: named}).where(Attendance.id == attendance)
            if await otherwise.where(Attendance.visitors != named).returning(Attendance.id):
                await record("attendance_visitors", by=by, about_kind="attendance", about=attendance, now=now)
        if (asked.people, asked.role, asked.message) != (stands.people, stands.role, stands.message):
            await rows(CHANGE, attendance, asked.people, asked.role, asked.message, by, now)


async def withdraw(attendance: int, asked: WithdrawComing, *, company: int, by: int, now: datetime) -> None:
    """Take back a coming before the session and give its places back; the lycée reads why, the coordination counts it.

    Raises NotFound, NoMoreAnnouncements.
    """
    async with transaction():
        await _lock(attendance, company=company)
        if await value(WITHDRAW, attendance, by, now, asked.why or "") is None:
            raise NoMoreAnnouncements("Cette séance a commencé, ou votre venue était déjà retirée.")


async def accept(attendance: int, *, school: int, by: int, now: datetime) -> None:
    """A company that asked to come is expected: it gets its invitation.

    Raises NotFound for another lycée's, AlreadyAnswered, NoMoreAnnouncements.
    """
    async with transaction():
        refuse_answer(await _standing(attendance, school=school), among=("asked",), now=now)
        await rows(ACCEPT, attendance, now, by)


async def decline(attendance: int, asked: DeclineComing, *, school: int, by: int, now: datetime) -> None:
    """A company that asked to come, or that is announced, does not come: it reads why, its places are free again.

    Raises NotFound for another lycée's, AlreadyAnswered, NoMoreAnnouncements.
    """
    async with transaction():
        stands = await _standing(attendance, school=school)
        refuse_answer(stands, among=LIVE, now=now)
        await rows(DECLINE, attendance, now, by, asked.reason, stands.state)


async def _standing(attendance: int, **whose: int) -> StandingAttendance:
    await _lock(attendance, **whose)
    return or_not_found(await row_as(StandingAttendance, STANDS, attendance))


async def _lock(attendance: int, *, company: int | None = None, school: int | None = None) -> None:
    or_not_found(await row(LOCK_SLOT_OF, attendance, company, school))
