"""The page of a search: its slots by workshop, as a list by date, or as a month; the gallery of what is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from litestar import MediaType, Response, get
from litestar.response import Template
from msgspec import Struct, field
from msgspec.structs import asdict, replace

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, render, renders
from booking.door.http.page_cache import cache_page
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf, Now, SiteSettings
from booking.people.accounts.queries import Person
from booking.visits.asking.pairs import halves_at
from booking.visits.attendance.queries import companies_coming
from booking.visits.reservations.in_line import groups_waiting
from booking.web.public.away import days_off, not_known
from booking.web.public.map import Map, map_of
from booking.web.public.search_by_workshop import WorkshopFound, workshops_found
from booking.web.public.search_class import SearchedClass, searched_class
from booking.web.public.search_for_visitor import search_for
from booking.web.public.search_form import SearchForm, search_form
from booking.web.public.search_query import HALVES, LATER, SEARCH, WHOLE, SearchChoice, SearchQuery, last_of
from booking.web.public.search_results import (
    Card,
    WayOut,
    acts_of,
    facons,
    in_any_way,
    in_ways,
    results_words,
    sentence,
    ways_out,
    without_room,
)
from booking.web.public.watch import Watch, watch_for
from booking.words.wording import paris
from workshops.cache.versions import VersionedCache
from workshops.catalogue.queries import pictures_of
from workshops.offer.pair import Ways
from workshops.offer.queries import (
    DayOnOffer,
    ObjectOnOffer,
    count_on_offer,
    days_on_offer,
    objects_on_offer,
    slots_on_offer,
)
from workshops.offer.rules import LONGEST_PERIOD
from workshops.schools.queries import SchoolCard

# As it was drawn, for all who are nobody to us: those too who hold a cookie of a session that is over, which the page
# cache passes on.
_pages: VersionedCache[bytes] = VersionedCache()


class SearchResults(Struct, frozen=True):
    """The `number` of slots that a search found, by workshop, as a list or as the days of a month. `full` leads to
    those where the class waits."""

    number: int
    unknown: str
    cards: Sequence[Card] = ()
    workshops: Sequence[WorkshopFound] = ()
    more_address: str | None = None
    full: WayOut | None = None
    days: Sequence[DayOnOffer] = ()
    today: date | None = None
    zone: str = ""
    closed: Mapping[date, str] = field(default_factory=dict)
    previous: str | None = None
    following: str | None = None


@renders("public/search.html")
class SearchPage(SearchForm, Page, frozen=True):
    """`results` are what was found, `drawn` where; `facons`, how else the class can come."""

    results: SearchResults
    sentence: str
    facons: list[SearchChoice]
    ways_out: list[WayOut]
    home: SchoolCard | None
    drawn: Map | None
    watch: Watch | None


@get("/creneaux", opt=SHARED | DECIDES_NOTHING, media_type=MediaType.HTML)
async def search_page(
    request: AnyRequest, visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Template | Response[bytes]:
    """Everybody who is not signed in gets the same page for the same search: it is drawn once, until a seat moves."""
    if visitor is not None or "fait" in request.query_params or settings.reload:
        return page(await _searched(request, visitor, now))

    async def draw() -> bytes:
        return render(await _searched(request, None, now), request)

    drawn = await _pages.entry((request.url.query, now.replace(second=0, microsecond=0)), draw)
    cache_page(request, drawn, now=now)
    return Response(drawn.answer, media_type=MediaType.HTML)


async def _searched(request: AnyRequest, visitor: Person | None, now: datetime) -> SearchPage:
    today = paris(now).date()
    visitor_search = await search_for(request.query_params, visitor, now=now)
    search, served, home = visitor_search.search, visitor_search.served, visitor_search.home
    if search.form.typed.get("vue") == "mois" and not search.form.typed.get("mois"):
        search = await _at_the_first_month_with_slots(search, now=now)
    typed = search.form.typed
    # The dates of one workshop are all of them, as many as its card says.
    by_workshop = search.by_workshop or (search.month is None and search.filters.workshop is not None)
    any_way = by_workshop and not typed.get("facon")
    asked = search
    search, ways = await (in_any_way if any_way else in_ways)(asked, now=now)
    # The map counts what the sentence does: the first way in which the class can be had.
    mapped = search
    if any_way and ways is not None and (ways.whole or ways.halves or ways.later):
        mapped = asked.taken(ways)
    # The lycées are all of the académie: its holidays are what a visitor sees who chose no zone.
    zone = home.zone if home else served.zone
    visitor_search = replace(visitor_search, search=search)
    searched, role = searched_class(typed, visitor_search.groups), visitor.role if visitor else None
    if search.month is not None:
        results = await _month(search, zone, today=today, now=now)
    elif search.by_workshop:
        results = await _workshops(search, searched, role, ways=ways, today=today, now=now)
    else:
        results = await _list(search, searched, role, ways=ways, today=today, now=now)
    return SearchPage(
        **asdict(await search_form(visitor_search, now=now)),
        results=results,
        sentence=results_words(results.number, search, ways),
        facons=[] if any_way else facons(search, ways, SEARCH),
        ways_out=[] if results.number else await ways_out(search, today=today, now=now),
        home=home,
        drawn=await map_of(replace(visitor_search, search=mapped), now=now) if results.number else None,
        watch=await watch_for(visitor_search, visitor, now=now),
    )


async def _workshops(
    search: SearchQuery, searched: SearchedClass, role: str | None, *, ways: Ways | None, today: date, now: datetime
) -> SearchResults:
    found = await workshops_found(search, searched, role, now=now)
    days = [paris(shown.slot.starts_at).date() for shown in found.workshops] or [search.filters.from_on or today]
    return SearchResults(
        number=await count_on_offer(search.filters, now=now) if ways is None else _number_of(search, ways),
        workshops=found.workshops,
        more_address=search.address(suite=found.next_cursor) if found.next_cursor else None,
        unknown=await _unknown(search, days),
    )


async def _unknown(search: SearchQuery, days: Sequence[date]) -> str:
    """Whose holidays on these days nobody has told Technilab, where the search leaves them out."""
    zone = search.filters.zone
    return "" if zone is None else await not_known(zone, min(days), max(days))


async def _list(
    search: SearchQuery, searched: SearchedClass, role: str | None, *, ways: Ways | None, today: date, now: datetime
) -> SearchResults:
    filters = search.filters
    offer = await slots_on_offer(filters, now=now)
    days = [paris(slot.starts_at).date() for slot in offer.items] or [filters.from_on or today]
    number = await count_on_offer(filters, now=now) if ways is None else _number_of(search, ways)
    numbers = [slot.id for slot in offer.items]
    small = [slot.id for slot in offer.items if filters.pupils and slot.seats < filters.pupils]
    pairs = await halves_at(filters, pupils=filters.pupils or 0, slots=small, now=now)
    companies, waiting = await companies_coming(numbers), await groups_waiting(numbers)
    acts = acts_of(offer.items, search, searched, role, now=now, waiting=waiting, pairs=pairs, companies=companies)
    pictures = await pictures_of({slot.workshop_id for slot in offer.items})
    return SearchResults(
        number=number,
        full=None if ways is None else without_room(ways, search),
        cards=[Card(slot, acts[slot.id], pictures.get(slot.workshop_id)) for slot in offer.items],
        more_address=_following(search, offer.next_cursor) if offer.next_cursor else None,
        unknown=await _unknown(search, days),
    )


def _number_of(search: SearchQuery, ways: Ways) -> int:
    """How many slots the list holds."""
    if search.filters.takes == "any":
        return ways.whole + ways.halves + ways.later + ways.full
    if search.filters.waiting:
        return ways.whole + ways.full + ways.waited
    return {WHOLE: ways.whole, HALVES: ways.halves, LATER: ways.later}[search.facon]


def _following(search: SearchQuery, cursor: str) -> str:
    """The rest of a list is that of the same way of coming."""
    return search.address(suite=cursor, facon=search.facon if search.facon != WHOLE else None)


async def _month(search: SearchQuery, zone: str, *, today: date, now: datetime) -> SearchResults:
    assert search.month is not None  # noqa: S101 - only a month is drawn as one
    filters = search.filters
    zone = zone if filters.zone is None else filters.zone
    days = await days_on_offer(filters, now=now)
    return SearchResults(
        number=sum(day.slots for day in days),
        days=days,
        today=today,
        zone=zone,
        closed=await days_off(search.month, zone=zone, college=filters.college),
        unknown=await not_known(zone, search.month, last_of(search.month)),
        previous=_turn(search, -1, today),
        following=_turn(search, 1, today),
    )


async def _at_the_first_month_with_slots(search: SearchQuery, *, now: datetime) -> SearchQuery:
    """An empty month teaches nothing: begin with the month of the next slot."""
    offer = await slots_on_offer(search.but(from_on=None, to_on=None, limit=1).filters, now=now)
    if not offer.items:
        return search
    return search.turned_to(paris(offer.items[0].starts_at).date().replace(day=1), today=paris(now).date())


def _turn(search: SearchQuery, by: int, today: date) -> str | None:
    """The address of the month before or after, None when it holds nothing to reserve."""
    assert search.month is not None  # noqa: S101 - only a month is turned
    other = (search.month + timedelta(days=31)) if by > 0 else (search.month - timedelta(days=1))
    first = other.replace(day=1)
    if not today.replace(day=1) <= first <= today + LONGEST_PERIOD:
        return None
    return search.address(vue="mois", mois=f"{first:%Y-%m}")


@renders("public/objects.html")
class Gallery(Page, frozen=True):
    """What is built in the slots of a `search`, and how many these are, as `sentence` says."""

    search: SearchQuery
    sentence: str
    facons: Sequence[SearchChoice]
    objects: Sequence[ObjectOnOffer]


@get("/objets", opt=SHARED | DECIDES_NOTHING)
async def objects_page(request: AnyRequest, visitor: AnyOf[Person | None], now: Now) -> Template:
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
