"""One slot: what it is, where, and the one act that this visitor may do."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.accounts.queries import Person
from booking.attendance.queries import companies_at
from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.reservations.states import deadlines_of
from workshops.refusals import NotFound
from workshops.schools.rules import kilometres
from workshops.slots.queries import slot_card
from workshops.tech_objects.queries import objects_of


@get("/creneaux/{slot:int}", opt={"who": ANYONE})
async def slot_page(
    slot: FromPath[int], visitor: NamedDependency[Person | None], now: NamedDependency[datetime]
) -> Template:
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    companies = await companies_at(slot)
    distance = None
    if visitor and visitor.school_lat and visitor.school_lon and seen.lat and seen.lon:
        distance = kilometres(visitor.school_lat, visitor.school_lon, seen.lat, seen.lon)
    return page(
        "public/slot.html",
        person=visitor,
        slot=seen,
        state=seen.state_at(now),
        objects=await objects_of(seen.workshop),
        companies=[one for one in companies if one.state == "announced"],
        announced=any(visitor is not None and one.company == visitor.company for one in companies),
        distance_km=distance,
        deadlines=deadlines_of(seen.starts_at),
        now=now,
    )
