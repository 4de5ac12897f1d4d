"""P-TECH and BTS+1 records as spreadsheets: giving them out, taking them in after a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest, Form, decoded_file, encoded_file, uploaded_file
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.http.routes import ByPermission
from booking.door.rights.guards import Keeper, Now, SiteSettings
from booking.door.rights.record_owners import sender_of
from booking.people.accounts.queries import Coordinator, Host
from booking.programme.lycee_year.give_data import give_data
from booking.programme.records.export import EVERY_LYCEE, give_workbook, workbook_of_due
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.rules import ROWS_MOST
from booking.programme.records.take_in import STEP, Done, foresee, take_in
from booking.words.wording import paris
from workshops.refusals import or_not_found
from workshops.schools.queries import school
from workshops.schools.rules import FileRefused

LINES_SHOWN = 50
GIVEN_BEFORE = {f"{what}.{form}" for what in ("lignes", "modele") for form in ("csv", "xlsx")}
PATHS = {"records.own": "/lycee/donnees", "records.all": "/gestion/imports/donnees"}


@renders("records/tables.html")
class RecordTables(Page, frozen=True):
    """The workbook of the tables, and the `lines` of a file that are refused. `own`: the lycée whose own they are."""

    base: str
    own: str
    most: int
    lines: Sequence[str] = ()
    more_lines: int = 0
    stored: int = 0


@renders("records/import.html")
class RecordImport(Page, frozen=True):
    """What a file would change, or how far it is stored; without its `name` once it is under way."""

    base: str
    own: str
    seen: Done
    name: str
    carried: str


class Tables(ByPermission):
    """The page of the tables. A lycée has its own records, a coordinator all."""

    paths = PATHS

    @get()
    async def tables_page(self, person: Keeper) -> Template:
        return self._page(person)

    @get("/classeur.xlsx")
    async def workbook(self, person: Keeper, now: Now) -> Response[bytes]:
        """All tables; a lycée's with all that its pages count."""
        if isinstance(person, Host):
            lycee = or_not_found(await school(person.school))
            content = await give_data(lycee, scope=person.scope, by=person.account, now=now)
        else:
            content = await give_workbook(scope=person.scope, by=person.account, now=now)
        return download(content, name=f"technilab-donnees-du-{paris(now).date().isoformat()}.xlsx")

    @get("/{name:str}/{file:str}")
    async def given_elsewhere(self, name: FromPath[str], file: FromPath[str]) -> Redirect:
        """Each table had files of its own."""
        or_not_found(SHEETS.get(name) if file in GIVEN_BEFORE else None)
        return Redirect(f"{self.path}/classeur.xlsx", status_code=301)

    @get("/ptech-recensements/a-remplir.xlsx")
    async def due_xlsx(self, person: Keeper, now: Now) -> Response[bytes]:
        """Raises NotFound when nothing is to be counted."""
        sheet, whose = SHEETS["ptech-recensements"], _whose(person)
        content = await workbook_of_due(sheet, scope=person.scope, whose=whose, by=person.account, now=now)
        return download(or_not_found(content), name=f"technilab-recensements-a-remplir-{paris(now).date()}.xlsx")

    @post()
    async def read_table(self, request: AnyRequest, person: Keeper, settings: SiteSettings, now: Now) -> Template:
        """Say what the file would change, and keep nothing."""
        try:
            content, name = await uploaded_file(await request.form())
            foreseen = await foresee(content, sender=sender_of(person, settings), now=now)
        except FileRefused as no:
            return self._refused(person, no)
        return self._import_page(person, foreseen, content, name=name)

    @post("/confirmation")
    async def store_table(
        self, request: AnyRequest, person: Keeper, settings: SiteSettings, now: Now
    ) -> Template | Redirect:
        """Store the next hundred lines; the page goes on by itself until none is left."""
        form = await request.form()
        after = Form(form).whole("after", 0, ROWS_MOST, label="Ligne", default=0)
        try:
            content = decoded_file(form)
            stored = await take_in(content, after=after, step=STEP, sender=sender_of(person, settings), now=now)
        except FileRefused as no:
            return self._refused(person, no, stored=after)
        if stored.over:
            return done(self.path, "donnees-importees")
        return self._import_page(person, stored, content)

    def _page(self, person: Host | Coordinator, *, status: int = 200, **more: Any) -> Template:
        shown = RecordTables(self.path, _own(person), ROWS_MOST, **more)
        return page(shown, status=status)

    def _import_page(self, person: Host | Coordinator, seen: Done, content: bytes, *, name: str = "") -> Template:
        return page(RecordImport(self.path, _own(person), seen, name, encoded_file(content)))

    def _refused(self, person: Host | Coordinator, no: FileRefused, *, stored: int = 0) -> Template:
        return self._page(
            person,
            status=no.status,
            lines=no.lines[:LINES_SHOWN],
            more_lines=max(0, len(no.lines) - LINES_SHOWN),
            stored=stored,
        )


def _own(person: Host | Coordinator) -> str:
    return person.school_name if isinstance(person, Host) else ""


def _whose(person: Host | Coordinator) -> str:
    return f"{person.school_name} ({person.school_uai})" if isinstance(person, Host) else EVERY_LYCEE
