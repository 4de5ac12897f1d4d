"""Taking in a whole file of visits held before Technilab: read, its columns chosen, then sheet after sheet kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from litestar import get, post
from litestar.response import Redirect, Response, Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest, Form, decoded_file, encoded_file, uploaded_file
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.past_visits.find_table import FileSays, TableRefused, VisitTable, source_named
from booking.programme.past_visits.foresee import Foreseen, foresee, template
from booking.programme.past_visits.remember_columns import remember_columns
from booking.programme.past_visits.rules import COLUMNS
from booking.programme.past_visits.take_in import take_in
from booking.web.office.imports import LINES_SHOWN, file_refused
from booking.web.office.past_visits import ALL
from workshops.past_visits.rules import SOURCE_MOST
from workshops.schools.rules import FileRefused


class CellAsked(Struct, frozen=True):
    """A cell of a visit whose column is asked for: what its input is called, and the heading that stands in it."""

    input: str
    label: str
    heading: str


class SheetKept(Struct, frozen=True):
    """A sheet of the file whose visits were kept just now, and how many were added or corrected."""

    name: str
    visits: int


class FileRead(Struct, frozen=True):
    """A file as its page carries it until it is confirmed, and how its columns are read; `kept`: its sheets before."""

    table: VisitTable
    name: str
    carried: str
    source: str
    kept: Sequence[str] = ()

    @property
    def alike(self) -> list[str]:
        """The other sheets that look like visits and are not kept yet."""
        return [name for name in self.table.alike if name not in self.kept]

    @property
    def sheets_kept(self) -> str:
        """The sheets kept, as the forms carry them: none has a slash in its name."""
        return "/".join(self.kept)

    @property
    def missing(self) -> list[CellAsked]:
        """What is needed and no column says."""
        return [self._asked(name) for name in self.table.missing]

    @property
    def known(self) -> list[CellAsked]:
        """What a column says already, or need not say."""
        return [self._asked(name) for name in COLUMNS if name not in self.table.missing]

    @property
    def settled(self) -> dict[str, str]:
        """How every column is read, for who confirms it, whatever is chosen elsewhere meanwhile."""
        return {f"colonne-{name}": self.table.chosen.get(name, "") for name in COLUMNS}

    @property
    def headings(self) -> dict[str, str]:
        """The columns to choose from."""
        return {"": "Aucune"} | {one.heading: one.words[:1].upper() + one.words[1:] for one in self.table.columns}

    @property
    def sheets(self) -> dict[str, str]:
        """The sheets of the workbook, the one that is read first."""
        return {name: name for name in (self.table.sheet, *self.table.others)}

    def _asked(self, name: str) -> CellAsked:
        heading = self.table.chosen.get(name) or self.table.proposed.get(name, "")
        return CellAsked(f"colonne-{name}", COLUMNS[name].name.capitalize(), heading)


@renders("office/import_visits.html")
class VisitsImport(Page, frozen=True):
    foreseen: Foreseen
    file: FileRead
    before: SheetKept | None = None


@renders("office/import_columns.html")
class VisitsRefused(Page, frozen=True):
    """Columns that are to be chosen, or else the `lines` of the file that cannot be taken."""

    file: FileRead
    lines: Sequence[str]
    more_lines: int
    before: SheetKept | None = None


@get("/gestion/imports/visites/modele.csv", opt=may("past_visits.declare"))
async def visits_template_csv() -> Response[bytes]:
    return _template("csv")


@get("/gestion/imports/visites/modele.xlsx", opt=may("past_visits.declare"))
async def visits_template_xlsx() -> Response[bytes]:
    return _template("xlsx")


@post("/gestion/imports/visites", opt=may("past_visits.declare"))
async def read_visits(request: AnyRequest, now: Now) -> Template:
    """Say what each line of a file would change, and keep none: one that is sent, or the same with other columns."""
    sent = Form(await request.form())
    try:
        if "content" in sent.typed:
            content, name = decoded_file(sent.typed), sent.typed.get("name", "")
        else:
            content, name = await uploaded_file(await request.form())
        return await _read_page(content, name, _says(sent, name), _kept(sent), now)
    except FileRefused as no:
        return await file_refused("visites", no, now)


async def _read_page(
    content: bytes, name: str, says: FileSays, kept: Sequence[str], now: datetime, *, before: SheetKept | None = None
) -> Template:
    """How the file is read. Raises FileRefused where no table of it is found."""
    try:
        foreseen = await foresee(content, says=says, now=now)
    except TableRefused as no:
        await _remember(says, no.table)
        lines = [] if no.table.missing else no.lines
        read = FileRead(no.table, name, encoded_file(content), says.source, kept)
        shown = VisitsRefused(read, lines[:LINES_SHOWN], max(0, len(lines) - LINES_SHOWN), before)
        return page(shown, status=no.status)
    await _remember(says, foreseen.table)
    return page(
        VisitsImport(foreseen, FileRead(foreseen.table, name, encoded_file(content), says.source, kept), before)
    )


@post("/gestion/imports/visites/confirmation", opt=may("past_visits.declare"))
async def store_visits(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    """Keep the file's visits, then go on to the next sheet that looks like visits, or to all of them."""
    sent = Form(await request.form())
    name = sent.typed.get("name", "")
    says = _says(sent, name)
    try:
        content = decoded_file(sent.typed)
        taken = await take_in(content, says=says, by=person.account, now=now)
    except FileRefused as no:
        return await file_refused("visites", no, now)
    kept = [*_kept(sent), taken.table.sheet]
    for following in taken.table.alike:
        if following not in kept:
            before = SheetKept(taken.table.sheet, taken.moves)
            with suppress(FileRefused):
                return await _read_page(content, name, FileSays(following, says.source), kept, now, before=before)
    return done(ALL, "visites-importees" if taken.moves else None, many=taken.moves)


def _kept(sent: Form) -> list[str]:
    """The sheets of the file that are kept already."""
    return [name for name in sent.typed.get("faites", "").split("/") if name]


def _says(sent: Form, name: str) -> FileSays:
    """What is said beside the file: its name is the source where nothing else is; columns are the read sheet's own."""
    sheet = sent.typed.get("feuille", "")
    source = sent.text("source", label="Source", most=SOURCE_MOST, required=False) or source_named(name)
    columns = {cell: sent.typed[f"colonne-{cell}"] for cell in COLUMNS if f"colonne-{cell}" in sent.typed}
    return FileSays(sheet, source, columns if sheet == sent.typed.get("lue", "") else {})


async def _remember(says: FileSays, table: VisitTable) -> None:
    if says.columns:
        await remember_columns(says.columns, table.headings)


def _template(form: str) -> Response[bytes]:
    return download(template(form), name=f"technilab-visites-reprises-modele.{form}")
