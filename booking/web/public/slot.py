"""One slot: what it is, where, and the one act that this visitor may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import SHARED, AnyOf
from booking.people.accounts.queries import AtSchool, Host, Person, Teacher
from booking.visits.attendance.queries import Coming, companies_at
from booking.visits.groups.queries import groups_of
from booking.visits.halves.queries import PairOffered, pairs_with
from booking.web.public.search_class import SearchedClass, carried, carried_class, searched_class
from booking.web.public.search_results import CardAct, act_for, draw_first, not_yet
from booking.web.public.share import SlotSharing, sharing_of
from booking.words.wording import school_year_of
from workshops.catalogue.queries import Picture, pictures_of
from workshops.refusals import NotFound
from workshops.schools.rules import kilometres
from workshops.slots.queries import SlotCard, deadlines_at, slot_card
from workshops.slots.rules import TO_COME, Deadlines
from workshops.tech_objects.queries import ObjectCard, objects_of

PAIRS_MOST = 3


@renders("public/slot.html")
class SlotPage(Page, frozen=True):
    """`way`, `act` and `reserve`: the visitor's way in, its words, its address; `coming`: a company's.

    `receives`: its host reads it; `opens`: from when on it may be reserved, while it may not; `draw`: when its demands
    are drawn. `search` is the end of an address that says the class again.
    """

    slot: SlotCard
    state: str
    objects: list[ObjectCard]
    picture: Picture | None
    companies: list[Coming]
    distance_km: float | None
    deadlines: Deadlines
    pupils: int | None
    search: str
    way: WayIn | None
    act: CardAct
    reserve: str
    pairs: list[PairOffered]
    coming: WayToCome | None
    receives: bool
    opens: str
    draw: str
    sharing: SlotSharing | None
    now: datetime


class WayIn(StrEnum):
    """What a collège may do with an open slot."""

    SIGN_IN = "sign_in"
    RESERVE = "reserve"
    WAIT = "wait"
    FEWER = "fewer"


class WayToCome(StrEnum):
    """What a company may do with it."""

    ANNOUNCED = "announced"
    FREE = "free"
    FULL = "full"


def way_in(role: str | None, state: str, *, pupils: int | None, seats: int, free: int) -> WayIn | None:
    """The one act offered to a teacher, or to a visitor who may be one; None where there is nothing to reserve."""
    if state != "open" or role not in {None, "teacher"}:
        return None
    if pupils and pupils > seats:
        return WayIn.FEWER
    if role is None:
        return WayIn.SIGN_IN
    return WayIn.RESERVE if free >= (pupils or 1) else WayIn.WAIT


def way_to_come(role: str | None, state: str, *, announced: bool, places_free: int) -> WayToCome | None:
    """Whether a company may still say that it comes, until the visit is over."""
    if role != "company" or state not in TO_COME:
        return None
    if announced:
        return WayToCome.ANNOUNCED
    return WayToCome.FREE if places_free else WayToCome.FULL


def distance_to(visitor: Person | None, lat: float | None, lon: float | None) -> float | None:
    """Kilometres from the visitor's collège, None when one of the two has no known place; a lycée does not come."""
    if not isinstance(visitor, AtSchool) or isinstance(visitor, Host):
        return None
    if not visitor.school_lat or not visitor.school_lon or not lat or not lon:
        return None
    return kilometres(visitor.school_lat, visitor.school_lon, lat, lon)


@get("/creneaux/{slot:int}", opt=SHARED)
async def slot_page(
    request: AnyRequest,
    slot: FromPath[int],
    visitor: AnyOf[Person | None],
    now: NamedDependency[datetime],
) -> Template:
    """What the search said of the class is measured against this slot, and goes on to its form."""
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    companies = await companies_at(slot)
    groups = []
    if isinstance(visitor, Teacher) and "groupe" in request.query_params:
        groups = await groups_of(visitor.scope, school_year=school_year_of(seen.starts_at))
    searched = searched_class(request.query_params, groups)
    search = carried_class(request.query_params, searched) if groups else carried(request.query_params)
    role, state, form = visitor.role if visitor else None, seen.state_at(now), f"/creneaux/{slot}/reserver{search}"
    opens = not_yet(seen, now)
    own = visitor.scope.company if visitor else None
    announced = any(one.company == own for one in companies)
    shown = SlotPage(
        slot=seen,
        state=state,
        objects=await objects_of(seen.workshop),
        picture=(await pictures_of([seen.workshop])).get(seen.workshop),
        companies=[one for one in companies if one.state == "announced"],
        distance_km=distance_to(visitor, seen.lat, seen.lon),
        deadlines=await deadlines_at(seen, college=visitor.school) if isinstance(visitor, Teacher) else seen.deadlines,
        pupils=searched.pupils,
        search=search,
        act=act_for(seen, searched, role, state=state, now=now, carried=search),
        way=None if opens else way_in(role, state, pupils=searched.pupils, seats=seen.seats, free=seen.seats_free),
        reserve=form if visitor else f"/connexion?next={quote(form)}",
        pairs=[] if opens or seen.draws_at else await _pairs(seen, searched, state, role, now=now),
        coming=way_to_come(role, state, announced=announced, places_free=seen.company_places_free),
        receives=isinstance(visitor, Host) and visitor.school == seen.school,
        opens=opens,
        draw=draw_first(seen),
        sharing=await sharing_of(searched, visitor) if state == "open" and seen.seats_free else None,
        now=now,
    )
    return page(shown)


async def _pairs(
    seen: SlotCard, searched: SearchedClass, state: str, role: str | None, *, now: datetime
) -> list[PairOffered]:
    """For a class too large for it: the slots that take its two halves together with this one."""
    if state != "open" or role not in {None, "teacher"} or searched.pupils is None:
        return []
    return await pairs_with(seen, level=searched.level or None, pupils=searched.pupils, limit=PAIRS_MOST, now=now)
