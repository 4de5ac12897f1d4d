"""The programme's progress, and the dictionary of its figures, for everyone: no account, no cookie, kept by caches."""

from __future__ import annotations

import hashlib

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, etag_matches, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import Now, may
from booking.process.version import VERSION
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
AnyAnswer = Template | Response[bytes]


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
async def programme(request: AnyRequest, now: Now) -> AnyAnswer:
    shown = ProgrammePage(await publish(now=now), await academie(), await marks())
    return held_or(request, page(shown), headers=marked(shown))


@get("/programme/dessin.svg", opt=PUBLIC | {"drawing": True})
async def programme_svg(request: AnyRequest, now: Now, etroit: FromQuery[str] = "") -> AnyAnswer:
    found = await publish(now=now)
    if found.chart is None:
        raise NotFound()
    drawn = Response(draw(found.chart, narrow=bool(etroit)), media_type="image/svg+xml")
    return held_or(request, drawn, headers=marked((found.chart, bool(etroit))))


@get("/programme/definitions", opt=PUBLIC)
async def definitions(request: AnyRequest) -> AnyAnswer:
    headings = define(await targets())
    shown = page(Definitions(headings, back=("Le programme", "/programme")))
    return held_or(request, shown, headers=marked(headings))


def marked(shown: object) -> dict[str, str]:
    """The mark of what is shown, and for how long anybody may keep it."""
    mark = hashlib.sha256(f"{VERSION} {shown!r}".encode()).hexdigest()[:16]
    return {"ETag": f'W/"{mark}"', "Cache-Control": KEPT}


def held_or(request: AnyRequest, answer: AnyAnswer, *, headers: dict[str, str]) -> AnyAnswer:
    """The answer with its mark, or 304 for whoever holds it already."""
    if etag_matches(headers["ETag"], request.headers):
        return Response(b"", status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
