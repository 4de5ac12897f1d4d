"""Couverture: of each collège's classes, how many pupils came, and who would leave the 3e without.

The coverage on a map: each public collège, or a country's département, as large as its 3e, filled as it has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template
from msgspec import Struct

from booking.door.forms.read import Skipped, words_asked
from booking.door.http.answers import Page, download, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, Now, may
from booking.people.accounts.queries import Coordinator, OfDepartments, Person
from booking.presentation.contours import Frame, Outline, frame_around, outlines
from booking.programme.figures.export import export_coverage
from booking.programme.figures.of_departments import coverage_seen
from booking.words.wording import paris, school_year_began
from workshops.academie.queries import academie
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.coverage.queries import AreaCover, CollegeCover, coverage_by_area, years_counted
from workshops.coverage.rules import LEVELS_COUNTED, Band, ClassCover, entered, together
from workshops.school_calendar.rules import year_words

SMALLEST = 4.0
# The dot of a département beside one of a collège with as many pupils.
SMALLER = 0.15
UNKNOWN = 6.0
WORDS = {
    Band.NONE: "Aucun élève reçu",
    Band.SOME: "Moins de la moitié, au plus",
    Band.MOST: "La moitié et plus, au plus",
    Band.ALL: "Tous, au plus",
    Band.UNKNOWN: "Effectif manquant",
    Band.HIDDEN: "Masqué : trop peu d'élèves",
}
# How far a dot is filled: what the colour says is seen without it.
FILLED = {Band.NONE: 0.0, Band.SOME: 0.45, Band.MOST: 0.7, Band.ALL: 1.0, Band.UNKNOWN: 0.0, Band.HIDDEN: 0.0}


class MapDot(Struct, frozen=True):
    """A collège or a département on the map: its surface is its pupils of 3e, `inner` the radius of what is filled."""

    of: CollegeCover | AreaCover
    x: float
    y: float
    r: float

    @property
    def band(self) -> Band:
        return self.of.leaving.band

    @property
    def name(self) -> str:
        """« Collège Stendhal, Besançon », « Doubs »"""
        return f"{self.of.name}, {self.of.commune}" if isinstance(self.of, CollegeCover) else self.of.name

    @property
    def inner(self) -> float:
        return round(self.r * FILLED[self.band], 1)


class CoverageMap(Struct, frozen=True):
    """The largest dots first, so that none hides a smaller one; how many are in each band; how many have no place."""

    frame: Frame
    ground: Sequence[Outline]
    dots: Sequence[MapDot]
    bands: Sequence[tuple[Band, str, int]]
    unplaced: int


def lay_out_coverage(
    covered: Sequence[CollegeCover] | Sequence[AreaCover], *, departments: Collection[str]
) -> CoverageMap | None:
    """The map of these collèges or départements; None when none of them has a place."""
    placed = [
        (place_covered, (place_covered.lat, place_covered.lon))
        for place_covered in covered
        if place_covered.lat is not None and place_covered.lon is not None
    ]
    if not placed:
        return None
    ground = outlines(departments)
    frame = frame_around(ground, [place for _, place in placed])
    dots = [MapDot(place_covered, *frame.spot(*place), _radius(place_covered)) for place_covered, place in placed]
    counts = Counter(place_covered.leaving.band for place_covered in covered)
    return CoverageMap(
        frame=frame,
        ground=ground,
        dots=sorted(dots, key=lambda dot: -dot.r),
        bands=[(band, words, counts[band]) for band, words in WORDS.items() if band != Band.HIDDEN or counts[band]],
        unplaced=len(covered) - len(placed),
    )


def _radius(covered: CollegeCover | AreaCover) -> float:
    """A surface of so many pupils: 100 of a collège make a dot of 10, 5 000 of a département one of 11."""
    enrolled, by = covered.leaving.enrolled, SMALLER if isinstance(covered, AreaCover) else 1
    return UNKNOWN if enrolled is None else round(max(SMALLEST, by * sqrt(enrolled)), 1)


SHOWN = 50
# Of more départements, each has a line, which leads to its collèges.
DEPARTMENTS_MOST = 15
YEARS_BACK = 4


@renders("office/coverage.html")
class Coverage(Page, frozen=True):
    """`whole` are all the collèges shown, level by level; `uncounted` of them have no head count for that year.

    `cohorts` are the school years in which each level was in 6e; `example`: some head counts are invented. `drawn` are
    all collèges of the list, not those of this page alone. Of a country `areas` are told in place of collèges. `masks`:
    classes of which so few came are hidden from whoever reads.
    """

    year: str
    frozen: FrozenYear | None
    years: Mapping[str, str]
    departments: Mapping[str, str]
    department: str
    words: str
    whole: Sequence[ClassCover]
    cohorts: Mapping[str, str]
    areas: Sequence[AreaCover]
    colleges: Sequence[CollegeCover]
    in_all: int
    uncounted: int
    leaving: int
    example: bool
    query: str
    next_page: str
    drawn: CoverageMap | None
    reader: Person
    masks: bool


@get("/gestion/couverture", opt=may("coverage.read") | DECIDES_NOTHING)
async def coverage_page(
    person: AnyOf[Coordinator | OfDepartments],
    now: Now,
    annee: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    q: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    this, served = school_year_began(now).year, await academie()
    scope, offered = person.scope, dict(served.offered)
    years = _years(this, await years_counted())
    if scope.departments is not None:
        # Two years side by side would tell what one of them brought.
        years = {year_words(this): this}
        offered = {code: name for code, name in offered.items() if code in scope.departments}
    year = years.get(annee, this)
    department, words = departement if departement in offered else "", words_asked(q)
    country = len(offered) > DEPARTMENTS_MOST and not department and not words and scope.departments is None
    areas = await coverage_by_area(year) if country else []
    found = (
        [] if country else await coverage_seen(year, scope=scope, department=department or None, words=words, now=now)
    )
    asked = {"annee": year_words(year), "departement": department, "q": words}
    told: list[AreaCover | CollegeCover] = [*areas, *found]
    classes = [one for some in told for one in some.cohorts]
    query = urlencode({name: told for name, told in asked.items() if told})
    skip = apres if apres < len(found) else 0
    shown = Coverage(
        year=year_words(year),
        frozen=await frozen_year(year),
        years={name: name for name in years},
        departments={"": "Tous"} | offered,
        department=department,
        words=words,
        whole=[together(classes, level=level) for level in LEVELS_COUNTED],
        cohorts={level: year_words(entered(level, year)) for level in LEVELS_COUNTED},
        areas=areas,
        colleges=found[skip : skip + SHOWN],
        in_all=len(found) + sum(one.colleges for one in areas),
        uncounted=sum(one.leaving.enrolled is None for one in found) + sum(one.uncounted for one in areas),
        leaving=sum(bool(one.leaving.without) for one in found) + sum(one.leave for one in areas),
        example=any(one.example for one in told),
        query=query,
        next_page=f"/gestion/couverture?{query}&apres={skip + SHOWN}" if skip + SHOWN < len(found) else "",
        drawn=lay_out_coverage(areas or found, departments=[department] if department else list(offered)),
        reader=person,
        masks=scope.departments is not None,
    )
    return page(shown)


def _years(this: int, counted: Mapping[int, bool]) -> dict[str, int]:
    """The school years that may be read: those of the last years, and each one that was counted, the latest first."""
    known = sorted({*range(this - YEARS_BACK, this + 1), *(year for year in counted if year <= this)}, reverse=True)
    return {year_words(year): year for year in known}


@get("/gestion/couverture.csv", opt=may("coverage.read") | DECIDES_NOTHING)
async def coverage_csv(
    person: AnyOf[Coordinator | OfDepartments], now: Now, annee: FromQuery[str] = ""
) -> Response[bytes]:
    this = school_year_began(now).year
    years = _years(this, await years_counted()) if person.scope.departments is None else {}
    year = years.get(annee, this)
    content = await export_coverage(year, scope=person.scope, by=person.account, now=now)
    name = f"technilab-couverture-{year_words(year)}-du-{paris(now).date().isoformat()}.csv"
    return download(content, name=name)
