"""Couverture, the one list of the public collèges: of each one's classes how many pupils came, who would leave the 3e
without, whom to write to; narrowed by filters, as a page, as a file, and as those to whom a letter is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest, Skipped, words_asked
from booking.door.http.answers import Page, dictionary_of, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, Now, may
from booking.people.accounts.queries import Coordinator, OfDepartments, Person
from booking.people.accounts.roles import Permission
from booking.programme.figures.export import export_coverage
from booking.programme.figures.of_departments import coverage_seen
from booking.programme.figures.periods import BEFORE, BEFORE_WORDS, Period
from booking.programme.figures.queries import Periods, periods_of
from booking.programme.figures.rules import COMMUNES, PRIORITIES, WHOLE_LIFE, ListAddresses
from booking.programme.outreach.queries import beside, colleges_asked, writable
from booking.programme.outreach.rules import SILENT, WHO, CollegesAsked, ToCome
from booking.web.office.coverage_map import CoverageMap, lay_out_coverage
from booking.words.files import DICTIONARY
from booking.words.wording import paris, school_year_began
from workshops.academie.queries import academie
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.coverage.queries import AreaCover, CollegeCover, coverage_by_area, years_counted
from workshops.coverage.rules import LEVELS_COUNTED, ClassCover, entered, together
from workshops.equity.colleges import came_in
from workshops.equity.rules import BANDS
from workshops.programmes.targets.queries import targets
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import first_day_of, school_year_of, year_words
from workshops.schools.queries import school

SHOWN = 25
# Of more départements, each has a line, which leads to its collèges.
DEPARTMENTS_MOST = 15
YEARS_BACK = 4
PAGE = "/gestion/couverture"
# The choices of the filters that are folded, by their words in an address.
FOLDED = {
    "prioritaire": {"": "Tous", "oui": "REP ou REP+", "rep": "REP", "rep-plus": "REP+", "hors": "Ni REP ni REP+"},
    "commune": {"": "Toutes", "rurale": "Rurale", "urbaine": "Urbaine", "inconnue": "Non renseignée"},
    "distance": {"": "Toutes"} | {key: label for _, key, label in BANDS},
}


class Found(Struct, frozen=True):
    """The collèges that are asked for, or a country's départements as `areas`, whose collèges are not looked into;
    `chosen`: what asks for them, by the names of the page's own questions.

    `year` is the school year of their classes, `came` the pupils of each collège in the `period`. `periods` and
    `departments` may be chosen.
    """

    year: int
    period: Period
    chosen: Mapping[str, str]
    periods: Mapping[str, str]
    departments: Mapping[str, str]
    colleges: Sequence[CollegeCover]
    areas: Sequence[AreaCover]
    came: Mapping[int, int]

    @property
    def covered(self) -> Sequence[AreaCover | CollegeCover]:
        """Those whose classes are counted, of either kind."""
        return [*self.areas, *(one for one in self.colleges if one.counted)]

    @property
    def query(self) -> str:
        """What the address asks, which leads to the same collèges."""
        return urlencode({name: word for name, word in self.chosen.items() if word})


async def colleges_found(
    person: Coordinator | OfDepartments, request: AnyRequest, *, whole: bool = True, now: datetime
) -> Found:
    """The collèges that an address asks for, as its reader may see them; a country's by département, but where it is
    not the `whole` that is asked for: then each one."""
    this, served, sees_all = school_year_began(now).year, await academie(), person.scope.departments is None
    typed = _typed(request)
    # Two years side by side would tell what one of them brought.
    known = await _periods(this, now) if sees_all else {year_words(this): _of_year(this)}
    name = typed["annee"] if typed["annee"] in known else year_words(this)
    offered = {
        code: name
        for code, name in served.offered.items()
        if person.scope.departments is None or code in person.scope.departments
    }
    period, asked = known[name], _asked(typed, offered, sees_all=sees_all)
    year = min(this, school_year_of(period.to_on))
    areas: Sequence[AreaCover] = []
    colleges: Sequence[CollegeCover] = []
    came: Mapping[int, int] = {}
    if whole and sees_all and len(offered) > DEPARTMENTS_MOST and asked == CollegesAsked():
        areas = await coverage_by_area(year)
    else:
        came = await came_in(period.from_on, period.to_on) if sees_all else {}
        seen = await coverage_seen(
            year, scope=person.scope, department=asked.department or None, words=asked.words, also=came, now=now
        )
        colleges = await colleges_asked(asked, seen, came=came, now=now)
    folded = {"prioritaire": asked.priorities, "commune": asked.setting, "distance": asked.distance}
    chosen = {
        "annee": name,
        "qui": asked.who,
        "departement": asked.department,
        **{question: typed[question] if kept else "" for question, kept in folded.items()},
        "q": asked.words,
    }
    periods = {key: _words(key, one) for key, one in known.items()}
    return Found(year, period, chosen, periods, offered, colleges, areas, came)


def _typed(request: AnyRequest) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in ("annee", "qui", "departement", *FOLDED, "q")}


def asked_in(request: AnyRequest) -> str:
    """What an address asks of the list, to lead back to it."""
    return urlencode({name: word for name, word in _typed(request).items() if word})


def _asked(typed: Mapping[str, str], offered: Mapping[str, str], *, sees_all: bool) -> CollegesAsked:
    """What narrows the list; who came and who did not is told to those alone from whom no count is hidden."""
    return CollegesAsked(
        who=typed["qui"] if sees_all and typed["qui"] in WHO else "",
        department=typed["departement"] if typed["departement"] in offered else "",
        words=words_asked(typed["q"]),
        priorities=PRIORITIES[typed["prioritaire"]][0] if typed["prioritaire"] in PRIORITIES else (),
        setting=COMMUNES[typed["commune"]][0] if typed["commune"] in COMMUNES else "",
        distance=typed["distance"] if typed["distance"] in FOLDED["distance"] else "",
    )


async def _periods(this: int, now: datetime) -> dict[str, Period]:
    """What the list may speak of by its word in an address: the school years, those of the figures and those whose
    classes are counted, the latest first; the whole life of the target, and what was before it."""
    periods: Periods = await periods_of(await targets(), now=now)
    counted = {year for year in await years_counted() if year <= this}
    years = {year_words(year): _of_year(year) for year in {*range(this - YEARS_BACK, this + 1), *counted}}
    found = sorted((years | periods.own | periods.earlier).items(), reverse=True)
    before = {BEFORE: periods.before} if periods.before else {}
    return {**dict(found), WHOLE_LIFE: periods.whole, **before}


def _of_year(year: int) -> Period:
    return Period(year_words(year), first_day_of(year), first_day_of(year + 1) - timedelta(days=1))


def _words(key: str, period: Period) -> str:
    if key == WHOLE_LIFE:
        return "Depuis le début de l'objectif"
    return BEFORE_WORDS.capitalize() if key == BEFORE else period.school_year + f", {BEFORE_WORDS}" * period.before


@renders("office/coverage.html")
class Coverage(Page, frozen=True):
    """`shown` are the collèges of this page, `beside` what stands beside each for whoever writes to it.

    `whole` are all the collèges asked for, level by level; `in_all` how many, `uncounted` of them have no head count
    for that year, to `to_write` a letter may leave: None where nobody looks into each. `cohorts` are the school years
    in which each level was in 6e; `example`: some head counts are invented. `drawn` are all of the list. `unfolded`: a
    filter of those that are folded is set. `masks`: classes of which so few came are hidden from whoever reads.
    """

    found: Found
    year: str
    frozen: FrozenYear | None
    departments: Mapping[str, str]
    who: Mapping[str, str]
    folded: Mapping[str, Mapping[str, str]]
    unfolded: bool
    ways: ListAddresses
    whole: Sequence[ClassCover]
    cohorts: Mapping[str, str]
    shown: Sequence[CollegeCover]
    beside: Mapping[int, ToCome]
    in_all: int
    uncounted: int
    to_write: int | None
    example: bool
    next_page: str
    drawn: CoverageMap | None
    reader: Person
    masks: bool


@get(PAGE, opt=may("coverage.read") | DECIDES_NOTHING)
async def coverage_page(
    person: AnyOf[Coordinator | OfDepartments], request: AnyRequest, now: Now, apres: Skipped = 0
) -> Template:
    found = await colleges_found(person, request, now=now)
    colleges, areas, masks = found.colleges, found.areas, person.scope.departments is not None
    skip = apres if apres < len(colleges) else 0
    shown, frozen = colleges[skip : skip + SHOWN], await frozen_year(found.year)
    writes = person.may(Permission.COLLEGES_INVITE) and frozen is None
    department = found.chosen["departement"]
    context = Coverage(
        found=found,
        year=year_words(found.year),
        frozen=frozen,
        departments={"": "Tous"} | dict(found.departments),
        who=WHO,
        folded=FOLDED,
        unfolded=any(found.chosen[name] for name in FOLDED),
        ways=ListAddresses(found.period.name),
        whole=[
            together([one for some in found.covered for one in some.cohorts], level=level) for level in LEVELS_COUNTED
        ],
        cohorts={level: year_words(entered(level, found.year)) for level in LEVELS_COUNTED},
        shown=shown,
        beside=await beside([one.id for one in shown], now=now) if writes else {},
        in_all=len(colleges) + sum(one.colleges for one in areas),
        uncounted=sum(one.leaving.enrolled is None for one in colleges) + sum(one.uncounted for one in areas),
        to_write=await _to_write(found, now=now) if writes else 0,
        example=any(one.example for one in found.covered),
        next_page=f"{PAGE}?{found.query}&apres={skip + SHOWN}" if skip + SHOWN < len(colleges) else "",
        drawn=lay_out_coverage(areas or colleges, departments=[department] if department else list(found.departments)),
        reader=person,
        masks=masks,
    )
    return page(context)


async def _to_write(found: Found, *, now: datetime) -> int | None:
    if found.areas:
        return None
    if found.chosen["qui"] == SILENT:
        return len(found.colleges)
    why_not = await writable([one.id for one in found.colleges], now=now)
    return sum(not why for why in why_not.values())


@get([f"{PAGE}.csv", f"{PAGE}.xlsx"], opt=may("coverage.read") | DECIDES_NOTHING)
async def coverage_file(
    person: AnyOf[Coordinator | OfDepartments], request: AnyRequest, now: Now, dictionnaire: FromQuery[str] = ""
) -> Response[bytes]:
    """The collèges of the list, all of them however many; who came in its period to those alone who see all."""
    form = DICTIONARY if dictionnaire else request.url.path.rpartition(".")[2]
    found = await colleges_found(person, request, whole=False, now=now)
    came = found.came if person.scope.departments is None else None
    content = await export_coverage(found.colleges, came, chosen_words(found), form=form, by=person.account, now=now)
    narrowed = [word for name, word in found.chosen.items() if word and name != "q"]
    name = f"{'-'.join(('technilab-couverture', *narrowed))}-du-{paris(now).date()}"
    return download_table(content, name=name, form=form, dictionary=dictionary_of(f"{PAGE}.csv", found.chosen))


def chosen_words(found: Found) -> str:
    """« 2026-2027, Jamais venus, Doubs »: what is asked for, as a file and a letter say it."""
    chosen = found.chosen
    told = [found.periods[chosen["annee"]], WHO[chosen["qui"]] if chosen["qui"] else ""]
    told += [found.departments.get(chosen["departement"], "")]
    told += [choices[chosen[name]] for name, choices in FOLDED.items() if chosen[name]]
    return ", ".join(filter(None, (*told, f"« {chosen['q']} »" if chosen["q"] else "")))


@get("/gestion/equite/colleges", opt=may("colleges.invite"))
async def never_came_there(q: FromQuery[str] = "", departement: FromQuery[str] = "") -> Redirect:
    """An address that bookmarks may hold: the collèges that have never come."""
    return _moved({"qui": "jamais-venus", "departement": departement, "q": words_asked(q)})


@get("/gestion/equite/colleges-publics", opt=may("figures.detail"))
async def counted_there(
    annee: FromQuery[str] = "",
    venus: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    prioritaire: FromQuery[str] = "",
    commune: FromQuery[str] = "",
) -> Redirect:
    """An address that bookmarks may hold: the collèges behind a count of equity."""
    who = {"oui": "venus", "non": "pas-venus"}.get(venus, "")
    narrowed = {"departement": departement, "prioritaire": prioritaire, "commune": commune}
    return _moved({"annee": annee or WHOLE_LIFE, "qui": who, **narrowed})


@get("/gestion/equite/colleges/{number:int}", opt=may("colleges.invite"))
async def written_to_there(number: FromPath[int]) -> Redirect:
    """An address that bookmarks may hold: the letter to one collège."""
    return Redirect(f"/gestion/lettres?q={or_not_found(await school(number)).uai}", status_code=301)


def _moved(asked: Mapping[str, str]) -> Redirect:
    return Redirect(f"{PAGE}?{urlencode({name: word for name, word in asked.items() if word})}", status_code=301)
