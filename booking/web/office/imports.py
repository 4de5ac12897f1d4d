"""Taking in an official file: read it, show what it would do, store it once confirmed.

The last import, undone by one button once it is read what that does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form, decoded_file, encoded_file, uploaded_file
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, may
from booking.programme.imports.queries import Undoing, foresee_undoing
from booking.programme.imports.undo import undo_import
from booking.words.wording import school_year_began
from workshops.academie.settle import foresee_extract, take_in_extract
from workshops.coverage.take_in import ForeseenCounts, foresee_head_counts, take_in_head_counts
from workshops.refusals import NotFound, Refusal
from workshops.school_calendar.load import load_calendar, read_calendar
from workshops.school_calendar.queries import holidays_known_until
from workshops.school_calendar.rules import DayOff, year_words
from workshops.schools.directory import ForeseenSchools
from workshops.schools.mark_rural import DensityGrid, foresee_density, mark_from_density
from workshops.schools.rules import FileRefused

LINES_SHOWN = 50
COUNTED_BACK = 8
# What the annuaire says of a school, as a page names it.
SCHOOL_FIELDS = {
    "name": "Nom",
    "kind": "Type",
    "sector": "Secteur",
    "contract": "Contrat",
    "address": "Adresse",
    "postcode": "Code postal",
    "commune": "Commune",
    "insee": "Code de la commune",
    "department": "Département",
    "lat": "Latitude",
    "lon": "Longitude",
    "phone": "Téléphone",
    "mail": "Adresse électronique",
    "web": "Site",
    "priority": "Éducation prioritaire",
    "zone": "Zone",
    "has_segpa": "SEGPA",
    "vocational": "Voie professionnelle",
    "closed": "Fermé",
}


@renders("office/imports.html")
class Imports(Page, frozen=True):
    """The files that may be sent, and the `lines` of the one that is `refused`; `years`: those of head counts."""

    known_until: date | None
    years: Sequence[tuple[str, str]]
    refused: str = ""
    lines: Sequence[str] = ()
    more_lines: int = 0


@renders("office/import_schools.html")
class DirectoryImport(Page, frozen=True):
    foreseen: ForeseenSchools
    fields: Mapping[str, str]
    name: str
    carried: str


@renders("office/import_calendar.html")
class CalendarImport(Page, frozen=True):
    holidays: Sequence[DayOff]
    name: str
    carried: str


@renders("office/import_density.html")
class DensityImport(Page, frozen=True):
    foreseen: DensityGrid
    name: str
    carried: str


@renders("office/import_head_counts.html")
class HeadCountImport(Page, frozen=True):
    foreseen: ForeseenCounts
    year: str
    name: str
    carried: str


@get("/gestion/imports", opt=may("imports.take"))
async def imports_page(now: Now) -> Template:
    return await _imports_page(now)


async def _imports_page(now: datetime, *, status: int = 200, **more: Any) -> Template:
    years = [(str(year), year_words(year)) for year in _years_of_counts(now)]
    return page(Imports(known_until=await holidays_known_until(), years=years, **more), status=status)


def _years_of_counts(now: datetime) -> range:
    """The school years that a file may be of, this one first."""
    this = school_year_began(now).year
    return range(this, this - COUNTED_BACK, -1)


@post("/gestion/imports/annuaire", opt=may("imports.take") | FRESH)
async def read_directory(request: AnyRequest, now: Now) -> Template:
    return await read_file(request, "annuaire", _directory, now=now)


async def _directory(content: bytes, name: str) -> Page:
    return DirectoryImport(await foresee_extract(content), SCHOOL_FIELDS, name, encoded_file(content))


@post("/gestion/imports/annuaire/confirmation", opt=may("imports.take") | FRESH)
async def store_directory(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    take_in = partial(take_in_extract, by=person.account, now=now)
    return await store_file(request, "annuaire", take_in, done("/gestion/repertoire", "annuaire-importe"), now=now)


@post("/gestion/imports/calendrier", opt=may("imports.take"))
async def read_holidays(request: AnyRequest, now: Now) -> Template:
    return await read_file(request, "calendrier", _holidays, now=now)


async def _holidays(content: bytes, name: str) -> Page:
    holidays = [one for one in read_calendar(content) if one.kind == "holiday"]
    return CalendarImport(sorted(holidays, key=lambda off: (off.first_on, off.zone)), name, encoded_file(content))


@post("/gestion/imports/calendrier/confirmation", opt=may("imports.take"))
async def store_holidays(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    source = str((await request.form()).get("name", ""))[:120]
    take_in = partial(load_calendar, source=source, by=person.account, now=now)
    return await store_file(request, "calendrier", take_in, done("/gestion/imports", "calendrier-importe"), now=now)


@post("/gestion/imports/densite", opt=may("imports.take"))
async def read_grid(request: AnyRequest, now: Now) -> Template:
    return await read_file(request, "densite", _grid, now=now)


async def _grid(content: bytes, name: str) -> Page:
    return DensityImport(await foresee_density(content), name, encoded_file(content))


@post("/gestion/imports/densite/confirmation", opt=may("imports.take"))
async def store_grid(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    take_in = partial(mark_from_density, by=person.account, now=now)
    return await store_file(request, "densite", take_in, done("/gestion/equite", "densite-importee"), now=now)


@post("/gestion/imports/effectifs", opt=may("imports.take"))
async def read_counts(request: AnyRequest, now: Now) -> Template:
    year = _year_of_counts((await request.form()).get("annee"), now)

    async def foresee(content: bytes, name: str) -> Page:
        return HeadCountImport(await foresee_head_counts(content, year), year_words(year), name, encoded_file(content))

    return await read_file(request, "effectifs", foresee, now=now)


@post("/gestion/imports/effectifs/confirmation", opt=may("imports.take"))
async def store_counts(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    year = _year_of_counts((await request.form()).get("annee"), now)
    take_in = partial(take_in_head_counts, school_year=year, by=person.account, now=now)
    after = done(f"/gestion/couverture?annee={year_words(year)}", "effectifs-importes")
    return await store_file(request, "effectifs", take_in, after, now=now)


def _year_of_counts(typed: object, now: datetime) -> int:
    """The year chosen. Raises NotFound for one that the page did not offer."""
    known = {str(year): year for year in _years_of_counts(now)}
    if str(typed) not in known:
        raise NotFound
    return known[str(typed)]


async def read_file(
    request: AnyRequest, which: str, foresee: Callable[[bytes, str], Awaitable[Page]], *, now: datetime
) -> Template:
    """The page that says what this file would change, from its content and its name; nothing is kept."""
    try:
        return page(await foresee(*await uploaded_file(await request.form())))
    except FileRefused as no:
        return await file_refused(which, no, now)


async def store_file(
    request: AnyRequest, which: str, take_in: Callable[[bytes], Awaitable[object]], after: Redirect, *, now: datetime
) -> Template | Redirect:
    """Store the file that was read and confirmed, then go on."""
    try:
        await take_in(decoded_file(await request.form()))
    except FileRefused as no:
        return await file_refused(which, no, now)
    return after


async def file_refused(which: str, no: FileRefused, now: datetime) -> Template:
    """The page again, with every line of the file that cannot be taken."""
    return await _imports_page(
        now,
        status=no.status,
        refused=which,
        lines=no.lines[:LINES_SHOWN],
        more_lines=max(0, len(no.lines) - LINES_SHOWN),
    )


WHERE = "/gestion/imports/dernier"


@renders("office/undo_import.html")
class UndoImport(Page, frozen=True):
    undoing: Undoing | None
    refusal: Refusal | None = None


@get(WHERE, opt=may("imports.take"))
async def last_import_page() -> Template:
    return page(UndoImport(await foresee_undoing()))


@post(WHERE, opt=may("imports.take"))
async def undo_last_import(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    number = form.whole("number", 1, 999_999_999, label="Import")
    form.refuse_if_wrong()
    try:
        await undo_import(number, by=person.account, now=now)
    except Refusal as no:
        return page(UndoImport(await foresee_undoing(), no), status=no.status)
    return done("/gestion/imports", "import-defait")
