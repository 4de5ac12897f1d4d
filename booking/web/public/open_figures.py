"""The public figures to take away, for everyone: the tables, their columns, the licence, how to cite them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import FILE_TYPES, Page, page, renders
from booking.door.rights.guards import ANY_SITE, Now, SiteSettings
from booking.process.settings import Settings
from booking.programme.open_figures.files import (
    LICENCE,
    LICENCE_ADDRESS,
    PACKAGE,
    SCHEMA,
    Publisher,
    csv_file,
    json_file,
    package_file,
    schema_file,
)
from booking.programme.open_figures.queries import open_figures
from booking.programme.open_figures.rules import OpenTable
from booking.web.public.programme import PUBLIC, AnyAnswer, held_or, marked
from booking.web.public.statements import answering
from booking.words.wording import paris
from workshops.academie.queries import academie
from workshops.refusals import NotFound

ADDRESS = "/donnees"
_WRITERS = {".csv": csv_file, SCHEMA: schema_file, ".json": json_file}


@renders("public/open_figures.html")
class OpenFigures(Page, frozen=True):
    """Every table, and of whom and of which day they are."""

    tables: Sequence[OpenTable]
    of: Publisher
    day: date
    licence: tuple[str, str]


@get(ADDRESS, opt=PUBLIC)
async def open_figures_page(request: AnyRequest, settings: SiteSettings, now: Now) -> AnyAnswer:
    shown = OpenFigures(
        await open_figures(now=now), await _publisher(settings), paris(now).date(), (LICENCE, LICENCE_ADDRESS)
    )
    return held_or(request, page(shown), headers=marked(shown))


@get(f"{ADDRESS}/{{file:str}}", opt=PUBLIC | ANY_SITE)
async def open_file(file: FromPath[str], request: AnyRequest, settings: SiteSettings, now: Now) -> AnyAnswer:
    """`annees.csv`, `annees.json`, their columns in `annees-schema.json`, or all of them in `datapackage.json`."""
    content, beside = await _content(file, settings, now)
    form = file.rpartition(".")[2]
    headers = marked(content) | {"Link": f'<{LICENCE_ADDRESS}>; rel="license"{beside}'}
    if form == "csv":
        headers["Content-Disposition"] = f'attachment; filename="technilab-{file}"'
    return held_or(request, Response(content, media_type=FILE_TYPES[form]), headers=headers)


async def _content(file: str, settings: Settings, now: datetime) -> tuple[bytes, str]:
    """A file, and where what its columns are is told, as a Link header goes on."""
    tables = await open_figures(now=now)
    if file == PACKAGE:
        return package_file(tables, await _publisher(settings), now=_morning(now)), ""
    for end, write in _WRITERS.items():
        table = next((one for one in tables if f"{one.name}{end}" == file), None)
        if table:
            schema = f"{ADDRESS}/{table.name}{SCHEMA}"
            return write(table), "" if end == SCHEMA else f', <{schema}>; rel="describedby"; type="application/json"'
    raise NotFound()


def _morning(now: datetime) -> datetime:
    """The same all day, so that a file that did not change is not sent again."""
    return paris(now).replace(hour=0, minute=0, second=0, microsecond=0)


async def _publisher(settings: Settings) -> Publisher:
    served, told = await academie(), await answering(settings)
    return Publisher(
        programme=", ".join(filter(None, (served.project or "Programme TECHNILAB", served.words))),
        operator=told.operator,
        contact=told.contact,
        address=f"{settings.base_url}{ADDRESS}",
    )
