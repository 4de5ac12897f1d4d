"""What groups built, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import made
from booking.day.checkin.record_build import record_build
from booking.door.rights.guards import may
from booking.people.accounts.queries import Host
from workshops.builds.record import RecordBuild


class KeptBuild(msgspec.Struct):
    """The record, under the number it keeps when it is corrected."""

    id: int
    reservation_id: int
    object_id: int
    made: int
    finished: int
    working: int
    taken_home: int
    minutes: int | None
    note: str


@post("/reservations/{reservation:int}/builds", opt=may("visits.receive"))
async def add_build(
    reservation: FromPath[int],
    data: JSONBody[RecordBuild],
    person: NamedDependency[Host],
    now: NamedDependency[datetime],
) -> Response[KeptBuild]:
    """Record what a group built; the same object again corrects the record."""
    number = await record_build(reservation, data, account=person.account, school=person.school, now=now)
    kept = KeptBuild(id=number, reservation_id=reservation, **msgspec.to_builtins(data))
    return made(kept, f"/reservations/{reservation}")
