"""P-TECH and BTS+1 records as spreadsheets: giving them out, taking them in after a dry run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.accounts.queries import Person
from booking.door.answers import done, download, page
from booking.door.forms import Form
from booking.records.export import FORMATS, export_records, template_of
from booking.records.rules import ROWS_MOST
from booking.records.sheet import Sheet
from booking.records.take_in import SHEETS, STEP, foresee, sheet_named, take_in
from booking.web.office.uploads import brought_back, carried, sent
from booking.wording import paris
from workshops.refusals import NotFound
from workshops.schools.rules import FileRefused

AnyRequest = Request[Any, Any, Any]
COORDINATOR = {"who": {"coordinator"}}
HOME = "/gestion/imports/donnees"
LINES_SHOWN = 50


@get(HOME, opt=COORDINATOR)
async def records_page(person: NamedDependency[Person]) -> Template:
    return _page(person)


def _page(person: Person, **more: Any) -> Template:
    return page("office/records.html", person=person, sheets=list(SHEETS.values()), most=ROWS_MOST, **more)


@get(HOME + "/{name:str}/lignes.csv", opt=COORDINATOR)
async def lines_csv(
    name: FromPath[str], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Response[bytes]:
    return await _lines(name, "csv", person, now)


@get(HOME + "/{name:str}/lignes.xlsx", opt=COORDINATOR)
async def lines_xlsx(
    name: FromPath[str], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Response[bytes]:
    return await _lines(name, "xlsx", person, now)


@get(HOME + "/{name:str}/modele.csv", opt=COORDINATOR)
async def template_csv(name: FromPath[str]) -> Response[bytes]:
    return _template(name, "csv")


@get(HOME + "/{name:str}/modele.xlsx", opt=COORDINATOR)
async def template_xlsx(name: FromPath[str]) -> Response[bytes]:
    return _template(name, "xlsx")


async def _lines(name: str, form: str, person: Person, now: datetime) -> Response[bytes]:
    content = await export_records(_sheet(name), form=form, by=person.account, now=now)
    file = f"technilab-{name}-du-{paris(now).date().isoformat()}.{form}"
    return download(content, name=file, media_type=FORMATS[form])


def _template(name: str, form: str) -> Response[bytes]:
    content = template_of(_sheet(name), form=form)
    return download(content, name=f"technilab-{name}-modele.{form}", media_type=FORMATS[form])


def _sheet(name: str) -> Sheet:
    sheet = sheet_named(name)
    if sheet is None:
        raise NotFound()
    return sheet


@post(HOME, opt=COORDINATOR)
async def read_records(
    request: AnyRequest, person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template:
    """Say what the file would change, and keep nothing."""
    try:
        content, name = await sent(await request.form())
        foreseen = await foresee(content, now=now)
    except FileRefused as no:
        return _refused(person, no)
    return page("office/import_records.html", person=person, seen=foreseen, name=name, carried=carried(content))


@post(HOME + "/confirmation", opt=COORDINATOR)
async def store_records(
    request: AnyRequest, person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template | Redirect:
    """Store the next hundred lines; the page goes on by itself until none is left."""
    form = await request.form()
    after = Form(form).whole("after", 0, ROWS_MOST, label="Ligne", default=0)
    try:
        content = brought_back(form)
        stored = await take_in(content, after=after, step=STEP, by=person.account, now=now)
    except FileRefused as no:
        return _refused(person, no, stored=after)
    if stored.over:
        return done(HOME, "donnees-importees")
    return page("office/import_records.html", person=person, seen=stored, name="", carried=carried(content))


def _refused(person: Person, no: FileRefused, *, stored: int = 0) -> Template:
    return _page(
        person,
        status=no.status,
        lines=no.lines[:LINES_SHOWN],
        more_lines=max(0, len(no.lines) - LINES_SHOWN),
        stored=stored,
    )
