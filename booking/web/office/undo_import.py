"""The last import, undone by one button once it is read what that does."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Coordinator
from booking.programme.imports.queries import Undoing, foresee_undoing
from booking.programme.imports.undo import undo_import
from workshops.refusals import Refusal

WHERE = "/gestion/imports/dernier"


@renders("office/undo_import.html")
class UndoImport(Page, frozen=True):
    undoing: Undoing | None
    refusal: Refusal | None = None


@get(WHERE, opt=may("imports.take"))
async def last_import_page() -> Template:
    return page(UndoImport(await foresee_undoing()))


@post(WHERE, opt=may("imports.take"))
async def undo_last_import(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    number = form.whole("number", 1, 999_999_999, label="Import")
    form.refuse_if_wrong()
    try:
        await undo_import(number, by=person.account, now=now)
    except Refusal as no:
        return page(UndoImport(await foresee_undoing(), no), status=no.status)
    return done("/gestion/imports", "import-defait")
