"""One way to share the figures out: its chart, its table, its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, download, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import may
from booking.people.accounts.queries import Coordinator
from booking.programme.charts.svg import draw
from booking.programme.figures.compose import KINDS, FigureSheet, SheetKind
from booking.programme.figures.export import export_sheet
from booking.programme.figures.queries import CURVE, SHARES, periods_of, sheet
from booking.words.wording import paris
from workshops.programmes.queries import TargetCard, targets
from workshops.refusals import NotFound

DRAWING = may("figures.detail") | DECIDES_NOTHING | {"drawing": True}
LINES_SHOWN = 100


@renders("office/chart.html")
class ChartPage(Page, frozen=True):
    """One way to share figures out; `curve`: it has no period of its own. `shown`: the lines of its table."""

    sheet: FigureSheet
    curve: bool
    kinds: Mapping[str, SheetKind]
    targets: Sequence[TargetCard]
    years: Mapping[str, str]
    year: str
    shown: int


@get("/gestion/graphiques/{chart:str}", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_page(
    chart: FromPath[str],
    now: NamedDependency[datetime],
    annee: FromQuery[str] = "",
) -> Template:
    known = await targets()
    periods = await periods_of(known, now=now)
    shown = ChartPage(
        sheet=await sheet(chart, year=annee, now=now),
        curve=chart.startswith((CURVE, SHARES)),
        kinds=KINDS,
        targets=known,
        years=periods.choices,
        year=periods.named(annee).name,
        shown=LINES_SHOWN,
    )
    return page(shown)


@get("/gestion/graphiques/{chart:str}/dessin.svg", opt=DRAWING)
async def chart_svg(
    chart: FromPath[str],
    request: AnyRequest,
    now: NamedDependency[datetime],
    annee: FromQuery[str] = "",
    etroit: FromQuery[str] = "",
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
    chart: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
    annee: FromQuery[str] = "",
) -> Response[bytes]:
    return await _file(chart, annee, "png", person, now)


@get("/gestion/graphiques/{chart:str}/chiffres.csv", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_csv(
    chart: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
    annee: FromQuery[str] = "",
) -> Response[bytes]:
    return await _file(chart, annee, "csv", person, now)


@get("/gestion/graphiques/{chart:str}/chiffres.xlsx", opt=may("figures.detail") | DECIDES_NOTHING)
async def chart_xlsx(
    chart: FromPath[str],
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
    annee: FromQuery[str] = "",
) -> Response[bytes]:
    return await _file(chart, annee, "xlsx", person, now)


async def _file(
    chart: str, year: str, form: Literal["csv", "png", "xlsx"], person: Coordinator, now: datetime
) -> Response[bytes]:
    found = await sheet(chart, year=year, now=now)
    content = await export_sheet(found, form=form, by=person.account, now=now)
    of_year = f"-{found.period.name}" if found.period.name else ""
    name = f"technilab-{found.name}{of_year}-du-{paris(now).date().isoformat()}.{form}"
    return download(content, name=name)
