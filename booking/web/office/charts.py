"""The drawings of the figures and their files, for the pages on which their tables stand.

Who the programme reaches: girls and boys, priority education, the country, the distance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, dictionary_of, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator
from booking.programme.charts.svg import draw
from booking.programme.figures.compose import KINDS
from booking.programme.figures.export import export_equity, export_sheet
from booking.programme.figures.periods import Period
from booking.programme.figures.queries import CURVE, SHARES, periods_of, sheet
from booking.programme.figures.rules import ListAddresses
from booking.programme.figures.scheme_sheets import COURSE_YEARS, LEAVING, STAY_YEARS
from booking.programme.outreach.queries import never_came
from booking.words.files import DICTIONARY
from booking.words.wording import paris
from workshops.academie.queries import academie
from workshops.closed_years.queries import FrozenYear, frozen_year
from workshops.equity.colleges import BaseRates, base_rates
from workshops.equity.queries import Equity, Reached, Received, equity
from workshops.programmes.targets.queries import TargetCard, targets
from workshops.refusals import NotFound, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.school_calendar.rules import school_year_of as begun_in
from workshops.schools.rules import LEVELS

# The sheets of P-TECH and BTS+1, each where its table stands.
SCHEME_PLACES = {
    COURSE_YEARS: "/gestion/bts1#annees",
    STAY_YEARS: "/gestion/bts1#mobilites",
    LEAVING: "/gestion/ptech#devenir",
}
DRAWING = may("figures.detail") | DECIDES_NOTHING | {"drawing": True}


@get("/gestion/graphiques/{chart:str}", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_beside_its_table(chart: FromPath[str], annee: FromQuery[str] = "") -> Redirect:
    """An address that mails and bookmarks may hold: it leads to the page on which the chart stands, opened there."""
    if chart in KINDS:
        asked = ({"annee": annee} if annee else {}) | {"graphique": chart}
        return Redirect(f"/gestion/accueillis?{urlencode(asked)}#par-{chart}", status_code=301)
    places = SCHEME_PLACES | {name: place for one in await targets() for name, place in _places_of(one)}
    return Redirect(or_not_found(places.get(chart)), status_code=301)


def _places_of(target: TargetCard) -> list[tuple[str, str]]:
    """The names of a target's two charts, each with where it stands."""
    own = f"/gestion/objectifs/{target.programme}/{target.metric}"
    return [(f"{CURVE}{target.id}", f"{own}#courbe"), (f"{SHARES}{target.id}", f"{own}#detail")]


@get("/gestion/graphiques/{chart:str}/dessin.svg", opt=DRAWING)
async def chart_svg(
    chart: FromPath[str], request: AnyRequest, now: Now, annee: FromQuery[str] = "", etroit: FromQuery[str] = ""
) -> Response[bytes]:
    found = await sheet(chart, year=annee, now=now)
    if found.chart is None:
        raise NotFound()
    return drawing(request, draw(found.chart, narrow=bool(etroit)), kept="private, no-cache")


def drawing(request: AnyRequest, svg: bytes, *, kept: str) -> Response[bytes]:
    """A drawing, or 304 for whoever holds it already."""
    headers = {"ETag": f'"{hashlib.sha256(svg).hexdigest()[:16]}"', "Cache-Control": kept}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)


@get("/gestion/graphiques/{chart:str}/dessin.png", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_png(
    chart: FromPath[str], person: AsCoordinator, now: Now, annee: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(chart, annee, "png", person, now)


@get("/gestion/graphiques/{chart:str}/chiffres.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_csv(
    chart: FromPath[str],
    person: AsCoordinator,
    now: Now,
    annee: FromQuery[str] = "",
    dictionnaire: FromQuery[str] = "",
) -> Response[bytes]:
    return await _file(chart, annee, DICTIONARY if dictionnaire else "csv", person, now)


@get("/gestion/graphiques/{chart:str}/chiffres.xlsx", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_xlsx(
    chart: FromPath[str], person: AsCoordinator, now: Now, annee: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(chart, annee, "xlsx", person, now)


async def _file(chart: str, year: str, form: str, person: Coordinator, now: datetime) -> Response[bytes]:
    found = await sheet(chart, year=year, now=now)
    content = await export_sheet(found, form=form, by=person.account, now=now)
    of_year = f"-{found.period.name}" if found.period.name else ""
    name = f"technilab-{found.name}{of_year}-du-{paris(now).date().isoformat()}"
    beside = dictionary_of(f"/gestion/graphiques/{found.name}/chiffres.csv", {"annee": found.period.name})
    return download_table(content, name=name, form=form, dictionary=beside)


# The file of the lycées has them all.
LYCEES_SHOWN = 50


@renders("office/equity.html")
class EquityPage(Page, frozen=True):
    """`ways`: the lists behind each figure; `lycees`: those that received most.

    `received`: under each heading of `reached` those too of which no pupil came yet; `elsewhere`: the départements that
    the académie does not serve. `base`: the shares of all collégiens; `period` in words; `never` came, in any year.
    """

    equity: Equity
    received: Mapping[str, Sequence[Received]]
    reached: Mapping[str, Mapping[str, Reached]]
    elsewhere: Sequence[Received]
    ways: ListAddresses
    base: BaseRates | None
    period: str
    never: int
    levels: Sequence[Received]
    lycees: Sequence[Received]
    years: Mapping[str, str]
    year: str
    frozen: FrozenYear | None


@get("/gestion/equite", opt=may("figures.detail") | DECIDES_NOTHING)
async def equity_page(now: Now, annee: FromQuery[str] = "") -> Template:
    periods = await periods_of(await targets(), now=now)
    period = periods.named(annee)
    found = await equity(from_on=period.from_on, to_on=period.to_on)
    reached = {name: {one.key: one for one in lines} for name, lines in found.reached.items()}
    received = {name: _all_known(found.received[name], known) for name, known in reached.items()}
    served = (await academie()).offered
    departments = received["departments"]
    shown = EquityPage(
        equity=found,
        received=received | {"departments": [one for one in departments if one.key in served]},
        elsewhere=[one for one in departments if one.key not in served],
        reached=reached,
        ways=ListAddresses(period.name),
        base=await base_rates(_counted_in(period, now)),
        period=periods.choices[period.name],
        never=len(await never_came()),
        levels=sorted(found.received["levels"], key=lambda one: LEVELS.index(one.key)),
        lycees=found.received["lycees"][:LYCEES_SHOWN],
        years=periods.choices,
        year=period.name,
        frozen=await frozen_year(begun_in(period.from_on)) if period.name else None,
    )
    return page(shown)


def _counted_in(period: Period, now: datetime) -> int:
    """The school year whose head counts stand beside a period: its own, else this one."""
    return period.first_year or begun_in(period.to_on if period.before else paris_day(now))


def _all_known(received: Sequence[Received], known: Mapping[str, Reached]) -> list[Received]:
    came = {one.key for one in received}
    return [*received, *(Received(key, one.label) for key, one in known.items() if key not in came)]


@get("/gestion/equite.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def equity_csv(
    person: AsCoordinator, now: Now, annee: FromQuery[str] = "", dictionnaire: FromQuery[str] = ""
) -> Response[bytes]:
    form = DICTIONARY if dictionnaire else "csv"
    period = (await periods_of(await targets(), now=now)).named(annee)
    base = await base_rates(_counted_in(period, now))
    content = await export_equity(period, base, form=form, by=person.account, now=now)
    name = f"technilab-equite-{period.name + '-du-' if period.name else ''}{paris(now).date().isoformat()}"
    beside = dictionary_of("/gestion/equite.csv", {"annee": period.name})
    return download_table(content, name=name, form=form, dictionary=beside)
