"""Companies that come, for machines."""

from __future__ import annotations

import uuid

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Instant, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import AnyOf, AsHost, Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson, Coordinator, Host
from booking.visits.attendance.acts import DeclineComing, TellComing, WithdrawComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.change import accept, change, decline, withdraw
from booking.visits.attendance.queries import Coming, coming, comings_before
from booking.visits.attendance.rules import AttendanceState, CompanyRole, WithdrawnWhy
from workshops.refusals import or_not_found

LATEST = 2_147_483_647


class Announced(msgspec.Struct):
    """The coming, announced, or asked where the lycée agrees first."""

    id: int
    state: AttendanceState
    slot_id: int
    people: int
    role: CompanyRole


class AttendanceAnswer(msgspec.Struct):
    """A coming as its company reads it: counts and places, never a pupil."""

    id: int
    state: AttendanceState
    slot_id: int
    workshop: str
    lycee: NamedSchool
    starts_at: Instant
    ends_at: Instant
    people: int
    role: CompanyRole


class ChangedAttendance(msgspec.Struct):
    """The coming as it is told now."""

    id: int
    people: int
    role: CompanyRole
    message: str


class AnsweredAttendance(msgspec.Struct):
    """What the lycée answered."""

    id: int
    state: AttendanceState


@post("/slots/{slot:int}/attendances", opt=may("comings.announce"))
async def come(
    slot: FromPath[int],
    data: JSONBody[TellComing],
    person: NamedDependency[CompanyPerson],
    settings: SiteSettings,
    now: Now,
) -> Response[Announced]:
    """Announce one's company at a slot."""
    number = await announce(
        data,
        slot=slot,
        company=person.company,
        by=person.account,
        uid=settings.new_uid(),
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        now=now,
    )
    seen = await coming(number, scope=person.scope)
    state = seen.state if seen else AttendanceState.WITHDRAWN
    return made(answer_of(Announced, data, id=number, state=state, slot_id=slot), f"/attendances/{number}")


@get("/attendances", opt=may("comings.announce"))
async def own_attendances(
    person: NamedDependency[CompanyPerson], limit: Limit = PAGE, cursor: Cursor = None
) -> Page[AttendanceAnswer]:
    """What one's company announced, the latest announcement first."""
    before = start_of(cursor, of="attendances") or LATEST
    found = await comings_before(before, company=person.company, limit=limit + 1)
    named = await naming(coming.host for coming in found)
    return page_of(found, lambda coming: _answer(coming, named), of="attendances", limit=limit)


@get("/attendances/{attendance:int}", opt=may("comings.read"))
async def read_attendance(
    attendance: FromPath[int], person: AnyOf[CompanyPerson | Host | Coordinator]
) -> AttendanceAnswer:
    """One coming: its company reads it, the lycée that receives it, a coordinator."""
    seen = or_not_found(await coming(attendance, scope=person.scope))
    return _answer(seen, await naming([seen.host]))


def _answer(coming: Coming, named: Naming) -> AttendanceAnswer:
    return answer_of(AttendanceAnswer, coming, slot_id=coming.slot, lycee=named(coming.host))


@delete("/attendances/{attendance:int}", opt=may("comings.announce"))
async def stay_away(
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: Now,
    why: FromQuery[WithdrawnWhy | None] = None,
) -> None:
    """Take an announcement back before the session; the lycée reads why."""
    await withdraw(attendance, WithdrawComing(why=why), company=person.company, by=person.account, now=now)


@put("/attendances/{attendance:int}", opt=may("comings.announce"))
async def change_attendance(
    attendance: FromPath[int], data: JSONBody[TellComing], person: NamedDependency[CompanyPerson], now: Now
) -> ChangedAttendance:
    """Come with other people or for something else, until the session begins."""
    await change(attendance, data, company=person.company, by=person.account, now=now)
    return answer_of(ChangedAttendance, data, id=attendance)


@post("/attendances/{attendance:int}/acceptance", status_code=200, opt=may("visits.receive"))
async def accept_attendance(attendance: FromPath[int], person: AsHost, now: Now) -> AnsweredAttendance:
    """A company that asked to come to one's slot is expected."""
    await accept(attendance, school=person.school, by=person.account, now=now)
    return AnsweredAttendance(attendance, AttendanceState.ANNOUNCED)


@post("/attendances/{attendance:int}/refusal", status_code=200, opt=may("visits.receive"))
async def decline_attendance(
    attendance: FromPath[int], data: JSONBody[DeclineComing], person: AsHost, now: Now
) -> AnsweredAttendance:
    """A company that asked, or that is announced, is declined with a reason, until the session begins."""
    await decline(attendance, data, school=person.school, by=person.account, now=now)
    return AnsweredAttendance(attendance, AttendanceState.DECLINED)
