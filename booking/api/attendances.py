"""Companies that come, for machines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.bodies import NewAttendance, Reason
from booking.api.pages import PAGE, Cursor, Limit, Page, page_of, start_of
from booking.door.guards import COMPANY, HOST
from booking.people.accounts.queries import CompanyPerson, Host
from booking.settings import Settings
from booking.visits.attendance.announce import announce
from booking.visits.attendance.answer import accept, decline
from booking.visits.attendance.change import change
from booking.visits.attendance.queries import Coming, coming, comings_before
from booking.visits.attendance.withdraw import withdraw

LATEST = 2_147_483_647


@post("/slots/{slot:int}/attendances", opt=COMPANY)
async def come(
    slot: FromPath[int],
    data: JSONBody[NewAttendance],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Announce one's company at a slot."""
    made = await announce(
        slot=slot,
        company=person.company,
        people=data.people,
        role=data.role,
        message=data.message,
        by=person.account,
        uid=f"{uuid.uuid4()}@{settings.host}",
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        now=now,
    )
    seen = await coming(made, company=person.company)
    state = seen.state if seen else "withdrawn"
    return {"id": made, "state": state, "slot_id": slot, "people": data.people, "role": data.role}


@get("/attendances", opt=COMPANY)
async def own_attendances(person: NamedDependency[CompanyPerson], limit: Limit = PAGE, cursor: Cursor = None) -> Page:
    """What one's company announced, the latest announcement first."""
    before = start_of(cursor, of="attendances") or LATEST
    found = await comings_before(before, company=person.company, limit=limit + 1)
    return page_of(found, _told, of="attendances", limit=limit)


def _told(one: Coming) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "slot_id": one.slot,
        "workshop": one.workshop,
        "host": one.host_name,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "people": one.people,
        "role": one.role,
    }


@delete("/attendances/{attendance:int}", opt=COMPANY)
async def stay_away(
    attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> None:
    """Take an announcement back before the session."""
    await withdraw(attendance, company=person.company, by=person.account, now=now)


@put("/attendances/{attendance:int}", opt=COMPANY)
async def change_attendance(
    attendance: FromPath[int],
    data: JSONBody[NewAttendance],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Come with other people or for something else, until the session begins."""
    await change(
        attendance,
        people=data.people,
        role=data.role,
        message=data.message,
        company=person.company,
        by=person.account,
        now=now,
    )
    return {"id": attendance, "people": data.people, "role": data.role, "message": data.message}


@post("/attendances/{attendance:int}/acceptance", status_code=200, opt=HOST)
async def accept_attendance(
    attendance: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """A company that asked to come to one's slot is expected."""
    await accept(attendance, host_school=person.school, by=person.account, now=now)
    return {"id": attendance, "state": "announced"}


@post("/attendances/{attendance:int}/refusal", status_code=200, opt=HOST)
async def decline_attendance(
    attendance: FromPath[int],
    data: JSONBody[Reason],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """A company that asked, or that is announced, is declined with a reason, until the session begins."""
    await decline(attendance, reason=data.reason, host_school=person.school, by=person.account, now=now)
    return {"id": attendance, "state": "declined"}
