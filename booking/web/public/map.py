"""A search on a map: where the slots that suit are, around one's collège; those too close for a finger make one
spot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from math import cos, hypot, radians

from litestar import get
from litestar.response import Template
from msgspec import Struct
from msgspec.structs import replace

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf, Now
from booking.people.accounts.queries import Person
from booking.presentation.contours import KM_A_DEGREE, MARGIN, Frame, Outline, frame_around, frame_within, outlines
from booking.web.public.search_for_visitor import VisitorSearch, search_for
from booking.web.public.search_query import SearchChoice, SearchQuery
from booking.web.public.search_results import facons, in_ways, sentence
from workshops.cache.versions import VersionedCache
from workshops.offer.places import AreaOnOffer, LyceeOnOffer, areas_with_slots, lycees_with_slots
from workshops.offer.queries import count_on_offer
from workshops.offer.rules import Search
from workshops.schools.queries import SchoolCard

# Of more départements a map shows each as one place, which leads to the map of its lycées.
DEPARTMENTS_MOST = 15
_open_lycees: VersionedCache[list[LyceeOnOffer]] = VersionedCache()
_areas: VersionedCache[list[AreaOnOffer]] = VersionedCache()


@renders("public/map.html")
class SearchMap(Page, frozen=True):
    """The lycées of a search, drawn and told; `drawn` is None when none of them has a place on a map. `facons`: how
    else the class can come."""

    search: SearchQuery
    sentence: str
    facons: list[SearchChoice]
    drawn: Map | None
    home: SchoolCard | None


@get("/creneaux/carte", opt=SHARED | DECIDES_NOTHING)
async def map_page(request: AnyRequest, visitor: AnyOf[Person | None], now: Now) -> Template:
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
    alike, minute = search.whatever_the_order, now.replace(second=0, microsecond=0)
    return await _areas.answer((alike, minute), lambda: areas_with_slots(alike, now=minute))


async def _with_slots(department: str | None, *, now: datetime) -> list[LyceeOnOffer]:
    """Every lycée with an open slot: the same for whoever looks, kept while none of them changes."""
    minute, search = now.replace(second=0, microsecond=0), Search(only_open=True, department=department)
    return await _open_lycees.answer((department, minute), lambda: lycees_with_slots(search, now=minute))


# In the units of a drawing 600 wide, which a phone shows on 350 points: 24 of them for a finger.
TOO_CLOSE = 42.0
LABEL_WIDE, LABEL_DOWN = 90.0, 75.0
OnOffer = LyceeOnOffer | AreaOnOffer


class MapSpot(Struct, frozen=True):
    """One place with slots: its lycées or its départements, and where it lies. `number` names it on its page.

    `above`: its label stands over it, because another spot is where it would stand.
    """

    number: int
    x: float
    y: float
    found: Sequence[OnOffer]
    above: bool

    @property
    def slots(self) -> int:
        return sum(one.slots for one in self.found)

    @property
    def name(self) -> str:
        """« Besançon », « Dole, Damparis », « Montbéliard et 3 autres communes », « Paris et 2 autres départements »"""
        first, *others = dict.fromkeys(one.place for one in self.found)
        of = "départements" if isinstance(self.found[0], AreaOnOffer) else "communes"
        return f"{first} et {len(others)} autres {of}" if len(others) > 1 else ", ".join([first, *others])

    @property
    def label(self) -> str:
        """The commune, or the département, with the most slots."""
        slots = Counter[str]()
        for one in self.found:
            slots[one.place] += one.slots
        return slots.most_common(1)[0][0]


class Map(Struct, frozen=True):
    """What is drawn: the départements, the spots, `elsewhere` the lycées whose slots do not suit, `home` the collège.

    `around` is the circle of the distance that was asked for: its centre and its radius. A `home` that a spot would
    cover stands above it. `unplaced` lycées have no place that is known. `areas`: what has slots are départements.
    """

    frame: Frame
    ground: Sequence[Outline]
    spots: Sequence[MapSpot]
    elsewhere: Sequence[tuple[float, float]]
    home: tuple[float, float] | None
    around: tuple[float, float, float] | None
    unplaced: Sequence[OnOffer]
    areas: bool

    @property
    def placed(self) -> int:
        """How many lycées have their place on it."""
        return sum(_lycees(one) for spot in self.spots for one in spot.found)

    @property
    def lycees(self) -> int:
        """How many it tells of, those without a place too."""
        return self.placed + sum(_lycees(one) for one in self.unplaced)


def lay_out(
    found: Sequence[OnOffer],
    *,
    others: Sequence[LyceeOnOffer] = (),
    departments: Collection[str],
    home: SchoolCard | None = None,
    km: float | None = None,
) -> Map | None:
    """The map of these lycées or départements; None when nothing of it has a place.

    Of `others` and of the contours it holds those in sight: a country has thousands.
    """
    ground = outlines(departments)
    at_home = _place(home)
    placed = [(one, place) for one in found if (place := _place(one))]
    if at_home and km:
        frame = frame_within(*at_home, km)
        ground, others = [one for one in ground if frame.shows(one)], _around(at_home, km, others)
    elif ground or placed or at_home:
        frame = frame_around(ground, [place for _, place in placed] + ([at_home] if at_home else []))
    else:
        return None
    spots = _spots([(one, frame.spot(*place)) for one, place in placed])
    stands = frame.spot(*at_home) if at_home else None
    known = {one.school.uai for one in found if isinstance(one, LyceeOnOffer)}
    return Map(
        frame=frame,
        ground=ground,
        spots=spots,
        elsewhere=[frame.spot(*place) for one in others if one.school.uai not in known and (place := _place(one))],
        home=_in_sight(*stands, spots) if stands else None,
        around=(*stands, frame.radius(at_home[0], km)) if stands and at_home and km else None,
        unplaced=[one for one in found if _place(one) is None],
        areas=any(isinstance(one, AreaOnOffer) for one in found),
    )


def _lycees(one: OnOffer) -> int:
    return one.lycees if isinstance(one, AreaOnOffer) else 1


def _around(place: tuple[float, float], km: float, others: Sequence[LyceeOnOffer]) -> list[LyceeOnOffer]:
    lat, lon = place
    up = km * (1 + 2 * MARGIN) / KM_A_DEGREE
    across = up / cos(radians(lat))
    return [one for one in others if _within(one.lat, lat, up) and _within(one.lon, lon, across)]


def _within(degrees: float | None, of: float, reach: float) -> bool:
    return degrees is not None and abs(degrees - of) <= reach


def _in_sight(x: float, y: float, spots: Sequence[MapSpot]) -> tuple[float, float]:
    covers = next((one for one in spots if hypot(one.x - x, one.y - y) < TOO_CLOSE), None)
    return (covers.x, covers.y - TOO_CLOSE) if covers else (x, y)


def _place(school: SchoolCard | OnOffer | None) -> tuple[float, float] | None:
    return None if school is None or school.lat is None or school.lon is None else (school.lat, school.lon)


def _spots(placed: Sequence[tuple[OnOffer, tuple[float, float]]]) -> list[MapSpot]:
    """Each joins the first spot that it would touch; a spot stands where its first one does."""
    piles: list[tuple[tuple[float, float], list[OnOffer]]] = []
    for one, (x, y) in placed:
        near = next((pile for (left, top), pile in piles if hypot(x - left, y - top) < TOO_CLOSE), None)
        if near is None:
            piles.append(((x, y), [one]))
        else:
            near.append(one)
    lies = [place for place, _ in piles]
    return [MapSpot(number, x, y, pile, _is_under(x, y, lies)) for number, ((x, y), pile) in enumerate(piles, start=1)]


def _is_under(x: float, y: float, lies: Sequence[tuple[float, float]]) -> bool:
    return any(abs(left - x) < LABEL_WIDE and 0 < top - y < LABEL_DOWN for left, top in lies)
