"""The visits: those behind a figure, counted, and those expected, to come or to close."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect, Response, Template
from msgspec.structs import replace

from booking.door.forms.read import HIGHEST_NUMBER, Skipped, words_asked
from booking.door.http.answers import Page, download_table, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.coordination.expected import Expected, expected
from booking.programme.figures.export import export_groups, export_visits
from booking.programme.figures.periods import Period
from booking.programme.figures.queries import Periods, periods_of
from booking.programme.figures.rules import ALSO_WORDS, COMMUNES, DISTANCES, PRIORITIES
from booking.words.files import DICTIONARY
from booking.words.wording import month, of_school, paris, school_year_began, school_year_of
from workshops.catalogue.queries import tech_object
from workshops.companies.queries import company_by_siret
from workshops.programmes.targets.queries import targets
from workshops.results.behind import groups_behind
from workshops.results.trace import Traced, VisitsToTrace, trace
from workshops.school_calendar.rules import first_day_of
from workshops.schools.queries import department_names, school_by_uai
from workshops.schools.rules import LEVELS

SHOWN = 50
MOST = 1_000_000
FILES = ("xlsx", "csv", DICTIONARY)
# The same visits group by group, in the columns of an import.
BY_GROUP = {f"groupes-{form}": form for form in FILES}
# Also before and after the days of the programme's own target.
DECLARED = "reprises"
# The list of those that nobody has closed yet, and what narrows both lists.
EXPECTED = "attendues"
SHARED = {"annee", "lycee", "college", "departement", "niveau", "entreprise"}
# Of those expected: how many weeks ahead, and its words.
WEEKS = {"cette": (0, "cette semaine"), "prochaine": (1, "la semaine prochaine")}
# What the name of a file says of its filter.
IN_FILE_NAMES = ("lycee", "college", "departement", "niveau", "entreprise", "origine")
EVER, ALWAYS = "tout", Period("", date(2000, 1, 1), date(2199, 12, 31))
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@renders("office/visits.html")
class VisitList(Page, frozen=True):
    """The visits behind a figure, or those to come or to close: what was `asked`, and what of it narrows the list
    beyond its form, in words. `lists`: the address of each of the two, as it is narrowed; `weeks`: of those expected
    this week and the next."""

    found: Traced | Expected
    asked: Mapping[str, Any]
    narrowed: Sequence[str]
    also: Mapping[str, tuple[str, str, str]]
    when: str
    months: Mapping[str, str]
    years: Mapping[str, str]
    levels: Mapping[str, str]
    departments: Mapping[str, str]
    lists: Mapping[str, str]
    weeks: Mapping[str, str]
    files: Mapping[str, str]
    next_page: str | None
    now: datetime


@get("/gestion/creneaux", opt=may("visits.watch"))
async def list_visits(
    person: AsCoordinator,
    now: Now,
    etat: FromQuery[str] = "",
    annee: FromQuery[str] = "",
    mois: FromQuery[str] = "",
    semaine: FromQuery[str] = "",
    lycee: FromQuery[str] = "",
    college: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    niveau: FromQuery[str] = "",
    objet: Annotated[int, QueryParameter(ge=0, le=HIGHEST_NUMBER)] = 0,
    entreprise: FromQuery[str] = "",
    prioritaire: FromQuery[str] = "",
    commune: FromQuery[str] = "",
    distance: FromQuery[str] = "",
    filles: FromQuery[str] = "",
    origine: FromQuery[str] = "",
    apres: Skipped = 0,
    fichier: FromQuery[str] = "",
) -> Template | Response[bytes]:
    periods = await periods_of(await targets(), now=now)
    to_come = etat == EXPECTED
    ever = annee == EVER and not _month(mois) and not to_come
    week = semaine if to_come and semaine in WEEKS and not _month(mois) else ""
    period = _week(week, now) if week else _month(mois) or (ALWAYS if ever else periods.named(annee))
    behind = VisitsToTrace(
        school=words_asked(lycee, most=8),
        college=words_asked(college, most=8),
        department=words_asked(departement, most=3),
        level=niveau if niveau in LEVELS else "",
        company=words_asked(entreprise, most=14),
    )
    if not to_come:
        behind = replace(
            behind,
            object=objet,
            priorities=PRIORITIES[prioritaire][0] if prioritaire in PRIORITIES else (),
            setting=COMMUNES[commune][0] if commune in COMMUNES else "",
            distance=DISTANCES[distance][0] if distance in DISTANCES else "",
            apart=bool(filles),
            declared=origine == DECLARED,
        )
    form = fichier if fichier in FILES or fichier in BY_GROUP else ""
    asked: dict[str, Any] = {
        "etat": EXPECTED if to_come else "",
        "annee": EVER if ever else period.name if period.name in periods.years and not week else "",
        "mois": mois if _month(mois) else "",
        "semaine": week,
        "lycee": behind.school,
        "college": behind.college,
        "departement": behind.department,
        "niveau": behind.level,
        "objet": behind.object or "",
        "entreprise": behind.company,
        "prioritaire": prioritaire if behind.priorities else "",
        "commune": commune if behind.setting else "",
        "distance": distance if behind.distance else "",
        "filles": "oui" if behind.apart else "",
        "origine": DECLARED if behind.declared else "",
    }
    departments = await department_names()
    narrowed = [*await _narrowed(behind), *_said(asked)]
    when = "toutes années" if ever else WEEKS[week][1] if week else period.words
    kept = {name: it for name, it in asked.items() if it}
    if form and not to_come:
        chosen = [when, *narrowed, *_chosen(behind, departments)]
        content = await _file(behind, period, form, chosen=chosen, by=person.account, now=now)
        of_year = f"-{asked['mois'] or period.name}" if asked["mois"] or period.name else ""
        beside = _address(kept | {"fichier": f"groupes-{DICTIONARY}" if form in BY_GROUP else DICTIONARY})
        what, form = ("groupes", BY_GROUP[form]) if form in BY_GROUP else ("visites", form)
        whose = "".join(f"-{asked[name]}" for name in IN_FILE_NAMES if re.fullmatch(r"[0-9A-Za-z]+", asked[name]))
        name = f"technilab-{what}{of_year}{whose}-du-{paris(now).date()}"
        return download_table(content, name=name, form=form, dictionary=beside)
    both = {name: it for name, it in kept.items() if name in SHARED}
    found: Traced | Expected
    if to_come:
        days = {"from_on": period.from_on, "to_on": period.to_on}
        found = await expected(behind, **days, now=now, limit=SHOWN, after=apres, with_groups=bool(week))
        in_all, months = found.whole.visits_in_all, _months_ahead(periods, mois, now)
    else:
        found = await trace(behind, from_on=period.from_on, to_on=period.to_on, limit=SHOWN, after=apres)
        in_all, months = found.visits_in_all, _months(periods, mois, now)
    shown = VisitList(
        found=found,
        asked=asked,
        narrowed=narrowed,
        also=ALSO_WORDS,
        when=when,
        months={"": "Toute la période"} | {key: month(date.fromisoformat(key + "-01")) for key in months},
        years=periods.choices | ({EVER: "Toutes années"} if ever or (periods.before and not to_come) else {}),
        levels={"": "Tous"} | {level: level for level in LEVELS},
        departments={"": "Tous"} | departments,
        lists={"": _address(both), EXPECTED: _address({"etat": EXPECTED} | both)},
        weeks={name: _address({"etat": EXPECTED, "semaine": name} | both) for name in WEEKS},
        files={form: _address(kept | {"fichier": form}) for form in (*FILES, *BY_GROUP)},
        next_page=_address(kept | {"apres": apres + SHOWN}) if in_all > apres + SHOWN else None,
        now=now,
    )
    return page(shown)


@get("/gestion/creneaux/attendus", opt=may("visits.watch"))
async def listed_elsewhere(apres: Skipped = 0) -> Redirect:
    """Those expected had an address of their own, which mails have told."""
    return Redirect(_address({"etat": EXPECTED} | ({"apres": apres} if apres else {})), status_code=301)


def _address(kept: Mapping[str, Any]) -> str:
    return f"/gestion/creneaux?{urlencode(kept)}" if kept else "/gestion/creneaux"


async def _file(
    behind: VisitsToTrace, period: Period, form: str, *, chosen: Sequence[str], by: int, now: datetime
) -> bytes:
    """All of these visits, one a line or group by group; for the dictionary of a file, none of its lines is read."""
    if form in BY_GROUP:
        read = BY_GROUP[form] != DICTIONARY
        groups = await groups_behind(behind, from_on=period.from_on, to_on=period.to_on) if read else []
        return await export_groups(groups, chosen=chosen, form=BY_GROUP[form], by=by, now=now)
    most = 1 if form == DICTIONARY else MOST
    found = await trace(behind, from_on=period.from_on, to_on=period.to_on, limit=most)
    return await export_visits(found, chosen=chosen, alone=bool(behind.object), form=form, by=by, now=now)


def _week(name: str, now: datetime) -> Period:
    today = paris(now).date()
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS[name][0])
    return Period(school_year_of(monday), monday, monday + timedelta(days=6))


def _month(asked: str) -> Period | None:
    """One month as a period, named for the school year it is in; None for what is not a month."""
    if not _MONTH.fullmatch(asked):
        return None
    first = date.fromisoformat(asked + "-01")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period(school_year_of(first), first, last)


def _months(periods: Periods, asked: str, now: datetime) -> list[str]:
    """The months that can hold a visit already closed, the latest first, and the one asked for."""
    first = (periods.before or periods.whole).from_on
    last = min(periods.whole.to_on, paris(now).date())
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    named = {f"{count // 12}-{count % 12 + 1:02}" for count in months}
    return sorted(named | {asked} if _month(asked) else named, reverse=True)


def _months_ahead(periods: Periods, asked: str, now: datetime) -> list[str]:
    """The months of this school year and the next, which hold what is to come or to close, and the one asked for."""
    first = max(periods.whole.from_on, school_year_began(now))
    last = min(periods.whole.to_on, first_day_of(school_year_began(now).year + 2) - timedelta(days=1))
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    named = {f"{count // 12}-{count % 12 + 1:02}" for count in months}
    return sorted(named | {asked} if _month(asked) else named)


async def _narrowed(behind: VisitsToTrace) -> list[str]:
    """What narrows the list beyond its form, in words."""
    said = []
    for before, uai in (("dans un atelier", behind.school), ("avec un groupe", behind.college)):
        if uai:
            known = await school_by_uai(uai)
            said.append(f"{before} {of_school(known.name)}, {known.commune}" if known else f"{before} de {uai}")
    if behind.object:
        built = await tech_object(behind.object)
        said.append(f"où l'on a fabriqué : {built.name if built else behind.object}")
    if behind.company:
        company = await company_by_siret(behind.company)
        said.append(f"où est venue {company.name if company else behind.company}")
    return said


def _chosen(behind: VisitsToTrace, departments: Mapping[str, str]) -> list[str]:
    """What the form itself narrows, which a page shows in its lists, in words."""
    department = departments.get(behind.department, behind.department)
    words = (
        (department, f"département : {department}"),
        (behind.level, f"niveau {behind.level}"),
        (behind.declared, "reprises, déclarées"),
    )
    return [said for asked, said in words if asked]


def _said(asked: dict[str, Any]) -> list[str]:
    """Whose visits and how far they came, in words."""
    kinds = (("prioritaire", PRIORITIES), ("commune", COMMUNES), ("distance", DISTANCES))
    said = [words[asked[name]][1] for name, words in kinds if asked[name]]
    return [*said, "où les filles sont comptées à part"] if asked["filles"] else said
