"""What Technilab holds about a person: taken away as a file, or erased by herself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, download, page, renders
from booking.door.rights.guards import FRESH, Now, SignedIn, may
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import Role
from booking.year.erase_account import erase_account
from booking.year.export_account import export_account
from booking.year.queries import visits_ahead
from workshops.refusals import Refusal

# Where those who are expected somewhere call it off, and what the way there is called.
WHERE_EXPECTED = {Role.COMPANY: ("/entreprise", "Voir mes venues"), Role.HOST: ("/lycee", "Voir mes créneaux")}
VISITS = ("/mes-visites", "Voir mes visites")


@renders("account/effacement.html")
class Erasure(Page, frozen=True):
    """`expected`: what is to be called off first, at `where`; a lycée's only host is replaced instead."""

    expected: list[str]
    receives: bool
    where: str
    words: str
    form: Form | None = None
    refusal: Refusal | None = None


@get("/compte/donnees.json", opt=may("account.keep"))
async def own_data(person: SignedIn, now: Now) -> Response[bytes]:
    told = await export_account(person.account, now=now)
    written = json.dumps(told, ensure_ascii=False, indent=2, default=_written).encode()
    return download(written, name="technilab-mes-donnees.json")


def _written(held: object) -> str:
    return held.isoformat() if isinstance(held, datetime) else str(held)


@get("/compte/effacement", opt=may("account.keep"))
async def erasure_page(person: SignedIn, now: Now) -> Template:
    return await _erasure_page(person, now)


async def _erasure_page(person: Person, now: datetime, *, status: int = 200, **more: Any) -> Template:
    expected = await visits_ahead(person.account, now=now)
    where, words = WHERE_EXPECTED.get(person.role, VISITS)
    return page(Erasure(expected, person.role == Role.HOST, where, words, **more), status=status)


@post("/compte/effacement", opt=may("account.keep") | FRESH)
async def erase_own_account(request: AnyRequest, person: SignedIn, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    if not form.typed.get("sure"):
        form.errors["sure"] = "Cochez la case pour confirmer : rien ne pourra être rétabli."
        return await _erasure_page(person, now, status=422, form=form)
    try:
        await erase_account(person.account, by=person.account, now=now)
    except Refusal as no:
        return await _erasure_page(person, now, status=no.status, refusal=no)
    return done("/", "compte-efface")
