"""The programme's progress, and the dictionary of its figures, for everyone: no account, no cookie, kept by caches."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import Now, may
from booking.programme.charts.svg import draw
from booking.programme.figures.define import define
from booking.programme.figures.publish import Published, publish
from booking.programme.figures.rules import Definition
from workshops.academie.queries import academie, marks
from workshops.academie.rules import Mark, Served
from workshops.programmes.targets.queries import targets
from workshops.refusals import NotFound

# Nobody is known here, signed in or not: the same bytes for all.
PUBLIC = may("public.use") | {"plain": True} | DECIDES_NOTHING
KEPT = "public, max-age=600"


@renders("public/programme.html")
class ProgrammePage(Page, frozen=True):
    found: Published
    served: Served
    marks: list[Mark]


@renders("public/definitions.html")
class Definitions(Page, frozen=True):
    """`back`: the words and the address of the page of figures that these definitions explain."""

    headings: list[tuple[str, list[Definition]]]
    back: tuple[str, str]


@get("/programme", opt=PUBLIC)
async def programme(request: AnyRequest, now: Now) -> Template | Response[bytes]:
    shown = ProgrammePage(await publish(now=now), await academie(), await marks())
    headers = _headers(shown)
    return _unless_held(request, headers) or _with(page(shown), headers)


@get("/programme/dessin.svg", opt=PUBLIC | {"drawing": True})
async def programme_svg(request: AnyRequest, now: Now, etroit: FromQuery[str] = "") -> Response[bytes]:
    found = await publish(now=now)
    if found.chart is None:
        raise NotFound()
    headers = _headers((found.chart, bool(etroit)))
    held = _unless_held(request, headers)
    if held is not None:
        return held
    return Response(draw(found.chart, narrow=bool(etroit)), media_type="image/svg+xml", headers=headers)


@get("/programme/definitions", opt=PUBLIC)
async def definitions(request: AnyRequest) -> Template | Response[bytes]:
    headings = define(await targets())
    headers = _headers(headings)
    shown = page(Definitions(headings, back=("Le programme", "/programme")))
    return _unless_held(request, headers) or _with(shown, headers)


def _headers(shown: object) -> dict[str, str]:
    """The mark of what is shown, and for how long anybody may keep it."""
    mark = hashlib.sha256(f"{version('technilab')} {shown!r}".encode()).hexdigest()[:16]
    return {"ETag": f'W/"{mark}"', "Cache-Control": KEPT}


def _unless_held(request: AnyRequest, headers: dict[str, str]) -> Response[bytes] | None:
    held = headers["ETag"] in request.headers.get("if-none-match", "")
    return Response(b"", status_code=304, headers=headers) if held else None


def _with(shown: Template, headers: dict[str, str]) -> Template:
    shown.headers.update(headers)
    return shown
