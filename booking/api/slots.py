"""Slots on offer, for machines: anyone may read them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from booking.door.guards import ANYONE
from booking.wording import LEVELS
from workshops.offer.queries import LIMIT_MOST, slots_on_offer_json
from workshops.offer.rules import Filters
from workshops.refusals import Invalid, NotFound
from workshops.slots.queries import slot_card

_NEAR = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)


@get("/slots", opt={"who": ANYONE}, media_type="application/json")
async def list_slots(
    now: NamedDependency[datetime],
    from_on: Annotated[date | None, QueryParameter(name="from")] = None,
    to_on: Annotated[date | None, QueryParameter(name="to")] = None,
    level: FromQuery[str | None] = None,
    pupils: Annotated[int | None, QueryParameter(ge=1, le=60)] = None,
    department: Annotated[str | None, QueryParameter(max_length=3)] = None,
    school: Annotated[str | None, QueryParameter(max_length=8)] = None,
    tech_object: Annotated[int | None, QueryParameter(name="object", ge=1, le=2_147_483_647)] = None,
    near: Annotated[str | None, QueryParameter(max_length=40)] = None,
    km: Annotated[float | None, QueryParameter(gt=0, le=1000)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST)] = 50,
    cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
) -> Response[bytes]:
    """Slots on offer, soonest first. `near` is « lat,lon » in degrees, `km` a distance from it as the crow flies."""
    if level is not None and level not in LEVELS:
        raise Invalid({"level": "Niveau : 6e, 5e, 4e ou 3e."})
    filters = Filters(
        from_on=from_on,
        to_on=to_on,
        level=level,
        pupils=pupils,
        department=department,
        school=school.upper() if school else None,
        tech_object=tech_object,
        near=_place(near),
        km=km,
        limit=limit,
        cursor=cursor,
    )
    return Response(await slots_on_offer_json(filters, now=now), media_type="application/json")


def _place(near: str | None) -> tuple[float, float] | None:
    if near is None:
        return None
    found = _NEAR.fullmatch(near.replace(" ", ""))
    if found is None or not (-90 <= float(found[1]) <= 90 and -180 <= float(found[2]) <= 180):
        raise Invalid({"near": "Lieu : une latitude et une longitude, par exemple 47.24,6.02."})
    return float(found[1]), float(found[2])


@get("/slots/{slot:int}", opt={"who": ANYONE})
async def read_slot(slot: FromPath[int], now: NamedDependency[datetime]) -> dict[str, Any]:
    """One slot."""
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    return {
        "id": seen.id,
        "workshop": seen.title,
        "workshop_id": seen.workshop,
        "summary": seen.summary,
        "objects": seen.object_names,
        "school": {
            "uai": seen.uai,
            "name": seen.school_name,
            "commune": seen.commune,
            "lat": seen.lat,
            "lon": seen.lon,
        },
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "booking_closes_at": seen.booking_closes_at,
        "seats": seen.seats,
        "seats_free": seen.seats_free,
        "groups_free": seen.groups_free,
        "company_places_free": seen.company_places_free,
        "levels": seen.levels,
        "state": seen.state_at(now),
        "distance_km": None,
    }
