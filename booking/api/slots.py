"""Slots on offer, for machines: anyone may read them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from booking.api.shapes import PAGE, Cursor, Instant, Page, answer_of, since_of
from booking.door.forms.read import AnyRequest
from booking.door.http.page_cache import cache_page
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import ANY_SITE, SHARED, AnyOf, Now
from booking.people.accounts.queries import Person, Teacher
from workshops.acts.days import FIRST_DAY, LAST_DAY
from workshops.offer.queries import LIMIT_MOST, HostSchool, slots_on_offer, slots_on_offer_json
from workshops.offer.rules import FIELDS, Search
from workshops.refusals import Invalid, NotFound
from workshops.schools.queries import SchoolCard
from workshops.schools.queries import school as find_school
from workshops.schools.rules import LEVELS, Level, is_uai
from workshops.slots.queries import slot_card
from workshops.slots.rules import SlotState

MINE = "mine"
_NEAR = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)
_DEPARTMENT = re.compile(r"\d[\dAB]\d?", re.ASCII)
OF_DEPARTMENT, OF_SCHOOL = "Département : par exemple 25.", "Lycée : un UAI, par exemple 0250011B."


class OfferedSlot(msgspec.Struct, kw_only=True):
    """A slot as a list shows it; `state` is closed as soon as reservations are. `distance_km` is from `near`.

    Before `opens_at` it is only seen; null where its period opens at no set hour.
    """

    id: int
    workshop: str
    workshop_id: int
    objects: list[str]
    school: HostSchool
    starts_at: Instant
    ends_at: Instant
    booking_closes_at: Instant
    seats: int
    seats_free: int
    groups_free: int
    company_places_free: int
    levels: list[Level]
    state: SlotState
    distance_km: float | None
    created_at: Instant
    changed_at: Instant
    opens_at: Instant | None
    draws_at: Instant | None


class OneSlot(OfferedSlot, kw_only=True):
    """A slot with what its workshop says of itself."""

    summary: str


def _of(wish: str) -> QueryParameter:
    """The parameter that says a wish of a search, with its bounds."""
    field = FIELDS[wish]
    bounds = field.bounds
    return QueryParameter(
        name=field.parameter,
        description=bounds.description,
        gt=bounds.gt,
        ge=bounds.ge,
        le=bounds.le,
        max_length=bounds.max_length,
    )


@get("/slots", opt=SHARED | ANY_SITE | {"answers": Page[OfferedSlot]} | DECIDES_NOTHING, media_type="application/json")
async def list_slots(
    request: AnyRequest,
    visitor: AnyOf[Person | None],
    now: Now,
    from_on: Annotated[date | None, _of("from_on")] = None,
    to_on: Annotated[date | None, _of("to_on")] = None,
    level: Annotated[str | None, _of("level")] = None,
    pupils: Annotated[int | None, _of("pupils")] = None,
    department: Annotated[str | None, _of("department")] = None,
    school: Annotated[str | None, _of("school")] = None,
    tech_object: Annotated[int | None, _of("tech_object")] = None,
    near: Annotated[
        str | None,
        QueryParameter(max_length=40, description="« lat,lon » in degrees, or `mine`: the teacher's own collège."),
    ] = None,
    km: Annotated[float | None, _of("km")] = None,
    sort: Annotated[Literal["date", "distance"], _of("by_distance")] = "date",
    outside_holidays: Annotated[Literal["A", "B", "C", "mine"] | None, _of("zone")] = None,
    company_places: Annotated[int | None, _of("company_places")] = None,
    only_open: Annotated[bool, _of("only_open")] = False,
    only_free: Annotated[bool, _of("only_free")] = False,
    changed_since: Annotated[datetime | None, _of("changed_since")] = None,
    in_state: Annotated[SlotState | None, _of("state")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="At most this many on a page.")] = PAGE,
    cursor: Cursor = None,
) -> Response[bytes]:
    """Slots on offer, soonest or nearest first: each parameter is a filter of the page « Trouver une visite »."""
    school, department = (school or "").upper() or None, department or None
    _refuse_wrong(
        {
            "level": "" if level is None or level in LEVELS else "Niveau : 6e, 5e, 4e ou 3e.",
            "from": _wrong_day(from_on),
            "to": _wrong_day(to_on),
            "department": "" if department is None or _DEPARTMENT.fullmatch(department) else OF_DEPARTMENT,
            "school": "" if school is None or is_uai(school) else OF_SCHOOL,
            "near": _wrong_place(near, needed=km is not None or sort == "distance"),
        }
    )
    asked = {"near": near, "outside_holidays": outside_holidays}
    mine = next((name for name, value in asked.items() if value == MINE), None)
    home = await _home(visitor, mine) if mine else None
    place = _home_place(home) if near == MINE else _place(near)
    search = Search(
        from_on=from_on,
        to_on=to_on,
        level=level,
        pupils=pupils,
        department=department,
        school=school,
        tech_object=tech_object,
        near=place,
        km=km,
        by_distance=sort == "distance",
        zone=home.zone if home and outside_holidays == MINE else outside_holidays,
        college=home.id if home and outside_holidays == MINE else None,
        company_places=company_places,
        only_open=only_open,
        only_free=only_free,
        changed_since=since_of(changed_since),
        state=in_state,
        limit=limit,
        cursor=cursor,
    )
    if search.changed_since is not None:
        return Response(msgspec.json.encode(await slots_on_offer(search, now=now)), media_type="application/json")
    held = await slots_on_offer_json(search, now=now)
    cache_page(request, held, now=now)
    return Response(held.answer, media_type="application/json")


async def _home(visitor: Person | None, name: str) -> SchoolCard:
    found = await find_school(visitor.school) if isinstance(visitor, Teacher) else None
    if found is None:
        raise Invalid({name: "« mine » demande le jeton d'un enseignant."})
    return found


def _home_place(home: SchoolCard | None) -> tuple[float, float]:
    if home is None or home.lat is None or home.lon is None:
        raise Invalid({"near": "Lieu : votre collège n'est pas placé sur la carte."})
    return home.lat, home.lon


def _refuse_wrong(wishes: dict[str, str]) -> None:
    if errors := {name: sentence for name, sentence in wishes.items() if sentence}:
        raise Invalid(errors)


def _wrong_day(on: date | None) -> str:
    return "" if on is None or FIRST_DAY <= on <= LAST_DAY else f"Date : de {FIRST_DAY.year} à {LAST_DAY.year}."


def _wrong_place(near: str | None, *, needed: bool) -> str:
    if near is None:
        return "Lieu : dites d'où compter la distance, par exemple 47.24,6.02." if needed else ""
    return "" if near == MINE or _place(near) else "Lieu : une latitude et une longitude, par exemple 47.24,6.02."


def _place(near: str | None) -> tuple[float, float] | None:
    found = _NEAR.fullmatch((near or "").replace(" ", ""))
    if found is None or not (-90 <= float(found[1]) <= 90 and -180 <= float(found[2]) <= 180):
        return None
    return float(found[1]), float(found[2])


@get("/slots/{slot:int}", opt=SHARED | ANY_SITE)
async def read_slot(slot: FromPath[int], now: Now) -> OneSlot:
    """One slot."""
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    return answer_of(
        OneSlot,
        seen,
        workshop=seen.title,
        workshop_id=seen.workshop,
        objects=seen.object_names,
        school=answer_of(HostSchool, seen, name=seen.school_name),
        state=seen.state_at(now),
        distance_km=None,
    )
