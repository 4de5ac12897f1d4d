"""A search on a map: where the slots that suit are, around one's collège."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template
from msgspec.structs import replace

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf
from booking.people.accounts.queries import Person
from booking.web.public.lay_out import Map, lay_out
from booking.web.public.search_for_visitor import VisitorSearch, search_for
from booking.web.public.search_query import SearchQuery
from booking.web.public.search_results import Facon, facons, in_ways, sentence
from workshops.cache.versions import VersionedCache
from workshops.offer.places import AreaOnOffer, LyceeOnOffer, areas_with_slots, lycees_with_slots
from workshops.offer.queries import count_on_offer
from workshops.offer.rules import Search
from workshops.schools.queries import SchoolCard

# Of more départements a map shows each as one place, which leads to the map of its lycées.
DEPARTMENTS_MOST = 15
_lycees: VersionedCache[list[LyceeOnOffer]] = VersionedCache()
_areas: VersionedCache[list[AreaOnOffer]] = VersionedCache()


@renders("public/map.html")
class SearchMap(Page, frozen=True):
    """The lycées of a search, drawn and told; `drawn` is None when none of them has a place on a map. `facons`: how
    else the class can come."""

    search: SearchQuery
    sentence: str
    facons: list[Facon]
    drawn: Map | None
    home: SchoolCard | None


@get("/creneaux/carte", opt=SHARED | DECIDES_NOTHING)
async def map_page(request: AnyRequest, visitor: AnyOf[Person | None], now: NamedDependency[datetime]) -> Template:
    """The same search as the list's, on a map; every lycée that it holds is told beside it."""
    visitor_search = await search_for(request.query_params, visitor, now=now)
    search, ways = await in_ways(visitor_search.search, now=now)
    drawn = await map_of(replace(visitor_search, search=search), now=now)
    slots = await count_on_offer(search.filters, now=now)
    words = sentence(slots, search, visitor_search.served.offered, ways)
    return page(SearchMap(search, words, facons(search, ways, "/creneaux/carte"), drawn, visitor_search.home))


async def map_of(visitor_search: VisitorSearch, *, now: datetime) -> Map | None:
    """Where the slots of a search are; in grey the lycées whose slots do not suit. Over a country, by département."""
    filters = visitor_search.search.filters
    departments = [filters.department] if filters.department else list(visitor_search.served.offered)
    if len(departments) > DEPARTMENTS_MOST and not filters.km and not filters.school:
        return lay_out(await _by_area(filters, now=now), departments=departments, home=visitor_search.home)
    return lay_out(
        await lycees_with_slots(filters, now=now),
        others=await _with_slots(filters.department, now=now),
        departments=departments,
        home=visitor_search.home,
        km=filters.km,
    )


async def _by_area(search: Search, *, now: datetime) -> list[AreaOnOffer]:
    minute = now.replace(second=0, microsecond=0)
    alike = search.whatever_the_order

    async def ask() -> list[AreaOnOffer]:
        return await areas_with_slots(alike, now=minute)

    return await _areas.answer((alike, minute), ask)


async def _with_slots(department: str | None, *, now: datetime) -> list[LyceeOnOffer]:
    """Every lycée with an open slot: the same for whoever looks, kept while none of them changes."""
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> list[LyceeOnOffer]:
        return await lycees_with_slots(Search(only_open=True, department=department), now=minute)

    return await _lycees.answer((department, minute), ask)
