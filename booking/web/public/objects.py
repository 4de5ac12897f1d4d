"""The gallery of what groups build: each object leads to the slots that build it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf
from booking.people.accounts.queries import Person
from booking.web.public.search_for_visitor import search_for
from booking.web.public.search_query import SearchQuery
from booking.web.public.search_results import Facon, facons, in_ways, sentence
from workshops.offer.queries import ObjectOnOffer, count_on_offer, objects_on_offer


@renders("public/objects.html")
class Gallery(Page, frozen=True):
    """What is built in the slots of a `search`, and how many these are, as `sentence` says."""

    search: SearchQuery
    sentence: str
    facons: Sequence[Facon]
    objects: Sequence[ObjectOnOffer]


@get("/objets", opt=SHARED | DECIDES_NOTHING)
async def objects_page(request: AnyRequest, visitor: AnyOf[Person | None], now: NamedDependency[datetime]) -> Template:
    """Whatever object was looked for, all of them are shown, counted for the class that the address names."""
    visitor_search = await search_for(request.query_params, visitor, now=now)
    search, ways = await in_ways(visitor_search.search.but(tech_object=None), now=now)
    slots = await count_on_offer(search.filters, now=now)
    return page(
        Gallery(
            search=search,
            sentence=sentence(slots, search, visitor_search.served.offered, ways),
            facons=facons(search, ways, "/objets"),
            objects=await objects_on_offer(search.filters, now=now),
        )
    )
