"""The collèges that have not come yet, for a coordinator's machine, and the letter that invites one."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from booking.api.registers import DepartmentCode, Wanted
from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import PAGE, Cursor, Instant, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.outreach.queries import to_come_after
from booking.programme.outreach.rules import ToCome, WriteToCollege
from booking.programme.outreach.write_to_colleges import invite_college


class CollegeToCome(msgspec.Struct):
    """A collège that has never come; `km` to the lycée nearest to it. `mail_state` is that of the last letter."""

    id: int
    uai: str
    name: str
    commune: str
    department: str
    priority: str
    rural: bool | None
    lycee: NamedSchool | None
    km: float | None
    booked_at: Instant | None
    invited_at: Instant | None
    mail_state: str | None
    may_invite: bool


class InvitedCollege(msgspec.Struct):
    """The letter, and the collège that it goes to."""

    id: int
    school_id: int
    college: NamedSchool


@get("/colleges-to-come", opt=may("colleges.invite"))
async def list_colleges_to_come(
    now: Now, wanted: Wanted = "", department: DepartmentCode = None, limit: Limit = PAGE, cursor: Cursor = None
) -> Page[CollegeToCome]:
    """The public collèges that have never come, with the partner lycée nearest to each as the crow flies."""
    after = start_of(cursor, of="colleges-to-come")
    found = await to_come_after(after, words=wanted, department=department or None, limit=limit + 1, now=now)
    named = await naming(college.nearest_lycee for college in found)
    return page_of(found, lambda college: _told(college, named), of="colleges-to-come", limit=limit)


@post("/colleges-to-come/{number:int}/invitation", opt=may("colleges.invite"))
async def write_to_college(
    number: FromPath[int], data: JSONBody[WriteToCollege], person: AsCoordinator, now: Now
) -> Response[InvitedCollege]:
    """A letter leaves to its official address, once a school year, with the lycées near it that have places."""
    letter = await invite_college(number, data, by=person.account, now=now)
    named = await naming([number])
    return made(InvitedCollege(letter, number, named(number)), "/colleges-to-come")


def _told(one: ToCome, named: Naming) -> CollegeToCome:
    km = None if one.km is None else round(one.km, 1)
    lycee = None if one.nearest_lycee is None else named(one.nearest_lycee)
    return answer_of(CollegeToCome, one, lycee=lycee, km=km)
