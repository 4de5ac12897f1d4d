"""Visits held before Technilab: declaring one, correcting it, taking it back; taking a whole file of them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest, Form, decoded_file, encoded_file, uploaded_file
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.people.accounts.rules import local_path
from booking.programme.past_visits.find_table import FileSays, TableRefused, VisitTable, source_named
from booking.programme.past_visits.foresee import Foreseen, foresee, template
from booking.programme.past_visits.queries import books, closed_years
from booking.programme.past_visits.record import correct_past_visit, record_past_visit, remove_past_visit
from booking.programme.past_visits.remember_columns import remember_columns
from booking.programme.past_visits.rules import COLUMNS, ToConfirm
from booking.programme.past_visits.take_in import take_in
from booking.programme.past_visits.weigh import said_by
from booking.web.office.imports import LINES_SHOWN, file_refused, store_file
from booking.words.wording import school_year_of
from workshops.catalogue.queries import tech_objects
from workshops.past_visits.queries import PastVisitCard, past_visit
from workshops.past_visits.rules import SOURCE_MOST
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.schools.queries import SchoolCard, schools_found
from workshops.schools.rules import LEVELS, FileRefused

SUGGESTED = 300
ALL = "/gestion/creneaux?annee=tout&origine=reprises"


class CellAsked(Struct, frozen=True):
    """A cell of a visit whose column is asked for: what its input is called, and the heading that stands in it."""

    input: str
    label: str
    heading: str


class FileRead(Struct, frozen=True):
    """A file as its page carries it until it is confirmed, and how its columns are read."""

    table: VisitTable
    name: str
    carried: str
    source: str

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


@renders("office/import_columns.html")
class VisitsRefused(Page, frozen=True):
    """Columns that are to be chosen, or else the `lines` of the file that cannot be taken."""

    file: FileRead
    lines: Sequence[str]
    more_lines: int


@renders("office/past_visit.html")
class PastVisitForm(Page, frozen=True):
    """A visit held before, or a new one; `questions`: what is to be confirmed, `gone`: the form that removes it."""

    visit: PastVisitCard | None
    cells: Mapping[str, str]
    form: Form | None
    year: str
    frozen: bool
    lycees: Sequence[SchoolCard]
    colleges: Sequence[SchoolCard]
    objects: Mapping[str, str]
    levels: Mapping[str, str]
    back: str
    questions: Sequence[str] = ()
    refusal: Refusal | None = None
    gone: Form | None = None


@get("/gestion/visites-reprises/nouvelle", opt=may("past_visits.declare"))
async def new_past_visit() -> Template:
    return await _form_page(None, None)


@get("/gestion/visites-reprises/{number:int}", opt=may("past_visits.declare"))
async def one_past_visit(number: FromPath[int], retour: FromQuery[str] = "") -> Template:
    return await _form_page(await _known(number), None, back=_back(retour))


@post("/gestion/visites-reprises", opt=may("past_visits.declare"))
async def add_past_visit(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    try:
        number = await record_past_visit(_cells(form), sure=form.ticked("sure"), by=person.account, now=now)
    except Refusal as no:
        return await _refused(None, form, no)
    return done(f"/gestion/visites-reprises/{number}", "visite-reprise")


@post("/gestion/visites-reprises/{number:int}", opt=may("past_visits.declare"))
async def change_past_visit(
    request: AnyRequest, number: FromPath[int], person: AsCoordinator, now: Now
) -> Template | Redirect:
    known, form = await _known(number), Form(await request.form())
    try:
        await correct_past_visit(number, _cells(form), sure=form.ticked("sure"), by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _refused(known, form, no)
    return done(f"/gestion/visites-reprises/{number}", "visite-reprise")


@post("/gestion/visites-reprises/{number:int}/retrait", opt=may("past_visits.declare"))
async def take_back_past_visit(
    request: AnyRequest, number: FromPath[int], person: AsCoordinator, now: Now
) -> Template | Redirect:
    known, form = await _known(number), Form(await request.form())
    if not form.ticked("gone"):
        form.errors["gone"] = "Cochez la case : la visite ne comptera plus."
        return await _form_page(known, None, status=422, gone=form)
    try:
        await remove_past_visit(number, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _form_page(known, None, status=no.status, refusal=no)
    return done(ALL, "visite-reprise-retiree")


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
        says = _says(sent, name)
        try:
            foreseen = await foresee(content, says=says, now=now)
        except TableRefused as no:
            await _remember(says, no.table)
            lines = [] if no.table.missing else no.lines
            read = FileRead(no.table, name, encoded_file(content), says.source)
            shown = VisitsRefused(read, lines[:LINES_SHOWN], max(0, len(lines) - LINES_SHOWN))
            return page(shown, status=no.status)
    except FileRefused as no:
        return await file_refused("visites", no, now)
    await _remember(says, foreseen.table)
    return page(VisitsImport(foreseen, FileRead(foreseen.table, name, encoded_file(content), says.source)))


@post("/gestion/imports/visites/confirmation", opt=may("past_visits.declare"))
async def store_visits(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    sent = Form(await request.form())
    take = partial(take_in, says=_says(sent, sent.typed.get("name", "")), by=person.account, now=now)
    return await store_file(request, "visites", take, done(ALL, "visites-importees"), now=now)


def _says(sent: Form, name: str) -> FileSays:
    """What is said beside the file: its name is the source where nothing else is; columns are the read sheet's own."""
    sheet = sent.typed.get("feuille", "")
    source = sent.text("source", label="Source", most=SOURCE_MOST, required=False) or source_named(name)
    columns = {cell: sent.typed[f"colonne-{cell}"] for cell in COLUMNS if f"colonne-{cell}" in sent.typed}
    return FileSays(sheet, source, columns if sheet == sent.typed.get("lue", "") else {})


async def _remember(says: FileSays, table: VisitTable) -> None:
    if says.columns:
        await remember_columns(says.columns, table.headings)


def _back(asked: str) -> str:
    """The list that opened this visit, as it was filtered; that of all past visits for none."""
    path = local_path(asked)
    return path if path.startswith("/gestion/creneaux") else ALL


def _template(form: str) -> Response[bytes]:
    return download(template(form), name=f"technilab-visites-reprises-modele.{form}")


async def _known(number: int) -> PastVisitCard:
    return or_not_found(await past_visit(number))


def _cells(form: Form) -> dict[str, str]:
    return {
        name: form.text(name, label=column.name, most=column.most, required=False) for name, column in COLUMNS.items()
    }


async def _refused(known: PastVisitCard | None, form: Form, no: Refusal) -> Template:
    if isinstance(no, Invalid):
        form.errors.update(no.errors)
        return await _form_page(known, form, status=no.status)
    questions = no.questions if isinstance(no, ToConfirm) else []
    refusal = None if questions else no
    return await _form_page(known, form, status=no.status, questions=questions, refusal=refusal)


async def _form_page(
    known: PastVisitCard | None, form: Form | None, *, status: int = 200, back: str = "", **more: Any
) -> Template:
    cells = dict.fromkeys(COLUMNS, "")
    if known is not None:
        cells = said_by(known.sketch, await books()) | {"date": known.sketch.held_on.isoformat()}
    year = school_year_of(known.sketch.held_on) if known else ""
    shown = PastVisitForm(
        visit=known,
        cells=cells,
        form=form,
        year=year,
        frozen=year in await closed_years(),
        lycees=await schools_found("", kind="lycee", limit=SUGGESTED),
        colleges=await schools_found("", kind="college", limit=SUGGESTED),
        objects={"": "Non noté"} | {one.name: one.name for one in await tech_objects()},
        levels={"": "À choisir"} | {level: level for level in LEVELS},
        back=back or _back(form.typed.get("retour", "") if form else ""),
        **more,
    )
    return page(shown, status=status)
