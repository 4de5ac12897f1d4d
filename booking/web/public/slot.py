"""One slot: what it is, where, and the one act that this visitor may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.people.accounts.queries import Person
from booking.visits.attendance.queries import companies_at
from booking.visits.groups.queries import groups_of
from booking.web.public.class_told import carried, carried_class, class_told
from booking.wording import school_year_of
from workshops.refusals import NotFound
from workshops.schools.rules import kilometres
from workshops.slots.queries import slot_card
from workshops.tech_objects.queries import objects_of

AnyRequest = Request[Any, Any, Any]


@get("/creneaux/{slot:int}", opt={"who": ANYONE})
async def slot_page(
    request: AnyRequest,
    slot: FromPath[int],
    visitor: NamedDependency[Person | None],
    now: NamedDependency[datetime],
) -> Template:
    """What the search said of the class is measured against this slot, and goes on to its form."""
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    companies = await companies_at(slot)
    distance = None
    if visitor and visitor.school_lat and visitor.school_lon and seen.lat and seen.lon:
        distance = kilometres(visitor.school_lat, visitor.school_lon, seen.lat, seen.lon)
    groups = []
    if visitor and visitor.role == "teacher" and "groupe" in request.query_params:
        groups = await groups_of(visitor.school or 0, school_year=school_year_of(seen.starts_at))
    told = class_told(request.query_params, groups)
    return page(
        "public/slot.html",
        person=visitor,
        slot=seen,
        state=seen.state_at(now),
        objects=await objects_of(seen.workshop),
        companies=[one for one in companies if one.state == "announced"],
        announced=any(visitor is not None and one.company == visitor.company for one in companies),
        distance_km=distance,
        deadlines=seen.deadlines,
        pupils=told.pupils,
        search=carried_class(request.query_params, told) if groups else carried(request.query_params),
        now=now,
    )
