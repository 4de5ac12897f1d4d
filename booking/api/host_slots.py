"""Slots that a lycée opens, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from booking.api.bodies import NewSlot
from booking.door.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.hosting.offer import offer


@post("/slots", opt=HOST)
async def open_new_slot(
    data: JSONBody[NewSlot], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Open a slot of one's lycée. Reservations close a week before at 18:00 unless `booking_closes_at` is given."""
    made = await offer(
        data.workshop_id,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        seats=data.seats,
        room=data.room_id,
        company_places=data.company_places,
        one_per_trade=data.one_per_trade,
        on_agreement=data.on_agreement,
        booking_closes_at=data.booking_closes_at,
        host_school=person.school,
        by=person.account,
        now=now,
    )
    return {"id": made, "state": "open"}
