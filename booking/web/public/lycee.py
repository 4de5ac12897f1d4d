"""A lycée as collèges see it: its workshops, what they build, its open slots, the way there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf, Now, SiteSettings
from booking.people.accounts.queries import Host, Person
from booking.web.public.lycee_frame import framed_by
from booking.web.public.map import Map, lay_out
from booking.web.public.search_class import searched_class
from booking.web.public.search_for_visitor import search_for
from booking.web.public.search_query import SearchQuery
from booking.web.public.search_results import Card, act_for
from booking.web.public.slot import distance_to
from booking.web.public.unfold import place
from workshops.catalogue.queries import Picture, WorkshopCard, pictures_of, workshops_of
from workshops.offer.places import lycees_with_slots
from workshops.offer.queries import LIMIT_MOST, SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, school_by_uai
from workshops.schools.rules import SchoolKind

SHOWN = 5


class LyceeWorkshop(Struct, frozen=True):
    """A workshop of the lycée and its open slots, the first one first."""

    workshop: WorkshopCard
    slots: Sequence[SlotOnOffer]
    picture: Picture | None


@renders("public/lycee.html")
class Lycee(Page, frozen=True):
    """`next_slots` are the first of all the `slots`; `search` is the one that led here, and goes on.
    `may_ask`: a teacher reads it, or a visitor who may be one; `place`: the lycée as schema.org says it; `frame`: the
    line that shows its slots on its own site, to those who receive there."""

    lycee: SchoolCard
    workshops: Sequence[LyceeWorkshop]
    slots: Sequence[SlotOnOffer]
    next_slots: Sequence[Card]
    ways_in: Sequence[str]
    distance_km: float | None
    drawn: Map | None
    home: SchoolCard | None
    search: SearchQuery
    may_ask: bool
    place: dict[str, Any]
    frame: str


@get("/lycees/{uai:str}", opt=SHARED | DECIDES_NOTHING)
async def lycee_page(
    uai: FromPath[str], request: AnyRequest, visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Template:
    """What is published there, whatever else was looked for."""
    lycee = await school_by_uai(uai)
    if lycee is None or lycee.kind != SchoolKind.LYCEE:
        raise NotFound()
    visitor_search = await search_for(request.query_params, visitor, now=now)
    only_here = Search(school=lycee.uai, only_open=True, near=visitor_search.search.filters.near, limit=LIMIT_MOST)
    slots = (await slots_on_offer(only_here, now=now)).items
    searched = searched_class(visitor_search.search.form.typed, visitor_search.groups)
    carried = visitor_search.search.carried
    departments = [school.department for school in (lycee, visitor_search.home) if school]
    published = [one for one in await workshops_of(lycee.id) if one.state == "published"]
    pictures = await pictures_of([one.id for one in published])
    shown = Lycee(
        lycee=lycee,
        workshops=[
            LyceeWorkshop(
                workshop, [slot for slot in slots if slot.workshop_id == workshop.id], pictures.get(workshop.id)
            )
            for workshop in published
        ],
        slots=slots,
        next_slots=[
            Card(
                slot,
                act_for(slot, searched, visitor.role if visitor else None, state=slot.state, now=now, carried=carried),
                pictures.get(slot.workshop_id),
            )
            for slot in slots[:SHOWN]
        ],
        ways_in=list(dict.fromkeys(one.access for one in published if one.access)),
        distance_km=distance_to(visitor, lycee.lat, lycee.lon),
        drawn=lay_out(
            await lycees_with_slots(only_here, now=now),
            departments=departments,
            home=visitor_search.home,
        ),
        home=visitor_search.home,
        search=visitor_search.search,
        may_ask=visitor is None or visitor.role == "teacher",
        place=place(lycee, base_url=settings.base_url),
        frame=framed_by(lycee, settings) if isinstance(visitor, Host) and visitor.school == lycee.id else "",
    )
    return page(shown)
