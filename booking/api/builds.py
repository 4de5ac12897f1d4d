"""What groups built, for machines."""

from __future__ import annotations

import msgspec
from litestar import Response, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import answer_of, made
from booking.day.checkin.record_build import record_build
from booking.door.rights.guards import AsHost, Now, may
from workshops.builds.record import RecordBuild


class BuildCounts(msgspec.Struct, kw_only=True):
    """How many of an object a group made."""

    made: int
    finished: int
    working: int
    taken_home: int
    minutes: int | None
    note: str


class KeptBuild(BuildCounts, kw_only=True):
    """The record, under the number it keeps when it is corrected."""

    id: int
    reservation_id: int
    object_id: int


@post("/reservations/{reservation:int}/builds", opt=may("visits.receive"))
async def add_build(
    reservation: FromPath[int], data: JSONBody[RecordBuild], person: AsHost, now: Now
) -> Response[KeptBuild]:
    """Record what a group built; the same object again corrects the record."""
    number = await record_build(reservation, data, account=person.account, school=person.school, now=now)
    kept = answer_of(KeptBuild, data, id=number, reservation_id=reservation, object_id=data.tech_object)
    return made(kept, f"/reservations/{reservation}")
