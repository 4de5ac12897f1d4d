"""Companies that come, for machines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.accounts.queries import Person
from booking.api.bodies import NewAttendance
from booking.attendance.announce import announce
from booking.attendance.queries import comings_of
from booking.attendance.withdraw import withdraw
from booking.door.bell import ring
from booking.settings import Settings


@post("/slots/{slot:int}/attendances", opt={"who": {"company"}})
async def come(
    slot: FromPath[int],
    data: JSONBody[NewAttendance],
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> dict[str, Any]:
    """Announce one's company at a slot."""
    made = await announce(
        slot=slot,
        company=person.company or 0,
        people=data.people,
        role=data.role,
        message=data.message,
        by=person.account,
        uid=f"{uuid.uuid4()}@{settings.host}",
        now=now,
    )
    await ring()
    return {"id": made, "state": "announced", "slot_id": slot, "people": data.people, "role": data.role}


@get("/attendances", opt={"who": {"company"}})
async def own_attendances(person: NamedDependency[Person]) -> dict[str, Any]:
    """What one's company announced, the latest session first."""
    found = await comings_of(person.company or 0)
    return {
        "items": [
            {
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
            for one in found
        ],
        "next_cursor": None,
    }


@delete("/attendances/{attendance:int}", opt={"who": {"company"}})
async def stay_away(attendance: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]) -> None:
    """Take an announcement back before the session."""
    await withdraw(attendance, company=person.company or 0, by=person.account, now=now)
    await ring()
