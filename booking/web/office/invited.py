"""The invitations that wait: sent again, withdrawn, pasted in bulk with one preview and one send."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.authenticate import HIGHEST_NUMBER
from booking.door.rights.guards import FRESH, Now, Organiser, Setup, may
from booking.people.accounts.invite import invite_again, withdraw_invitation
from booking.people.accounts.invite_all import LINES_MOST, ForeseenInvitation, foresee_all
from booking.people.accounts.known import OpenInvitation, open_invitations
from booking.people.accounts.rules import SentToday
from booking.visits.newcomers.invite_list import invite_list
from workshops.refusals import Invalid, Refusal

SHOWN = 100
PASTED_MOST = 60_000
HERE = "/gestion/comptes/invitations"


@renders("office/invited.html")
class InvitedPage(Page, frozen=True):
    invitations: Sequence[OpenInvitation]
    search: str
    next_page: str | None
    refusal: Refusal | None = None


@renders("office/paste.html")
class PasteForm(Page, frozen=True):
    most: int
    form: Form | None = None


@renders("office/paste_preview.html")
class PastePreview(Page, frozen=True):
    """`lines`: what was pasted, to be sent as it was read."""

    foreseen: Sequence[ForeseenInvitation]
    leaving: int
    lines: str


@get(HERE, opt=may("accounts.give"))
async def list_invitations(
    q: FromQuery[str] = "", apres: Annotated[int, QueryParameter(ge=0, le=HIGHEST_NUMBER)] = 0
) -> Template:
    return await _list_page(search=words_asked(q), after=apres)


async def _list_page(*, search: str = "", after: int = 0, refusal: Refusal | None = None) -> Template:
    found = await open_invitations(after=after, search=search, limit=SHOWN + 1)
    following = urlencode({"q": search, "apres": found[SHOWN - 1].membership}) if len(found) > SHOWN else ""
    shown = InvitedPage(found[:SHOWN], search, f"{HERE}?{following}" if following else None, refusal)
    return page(shown, status=refusal.status if refusal else 200)


@post("/gestion/comptes/invitations/{membership:int}/renvoi", opt=may("accounts.give"))
async def send_again(membership: FromPath[int], person: Organiser, now: Now) -> Template | Redirect:
    try:
        await invite_again(membership, by=person.account, token=secrets.token_urlsafe(32), now=now)
    except SentToday as no:
        return await _list_page(refusal=no)
    return done(HERE, "invitation-renvoyee")


@post("/gestion/comptes/invitations/{membership:int}/retrait", opt=may("accounts.give"))
async def take_back(membership: FromPath[int], person: Organiser, now: Now) -> Redirect:
    await withdraw_invitation(membership, by=person.account, now=now)
    return done(HERE, "invitation-retiree")


@get("/gestion/comptes/invitations/liste", opt=may("accounts.give"))
async def paste_page() -> Template:
    return page(PasteForm(LINES_MOST))


@post("/gestion/comptes/invitations/liste", opt=may("accounts.give") | FRESH, status_code=200)
async def foresee(request: AnyRequest) -> Template:
    """Nothing leaves before the second button."""
    form = Form(await request.form())
    lines = form.text("lines", label="Lignes", most=PASTED_MOST, lines=True)
    try:
        form.refuse_if_wrong()
        foreseen = await foresee_all(lines)
    except Invalid as no:
        form.errors.update(no.errors)
        return page(PasteForm(LINES_MOST, form), status=422)
    return page(PastePreview(foreseen, sum(one.leaves for one in foreseen), lines))


@post(
    "/gestion/comptes/invitations/envoi",
    opt=may("accounts.give") | FRESH | {"form_on": "/gestion/comptes/invitations/liste"},
)
async def send_all(request: AnyRequest, person: Organiser, settings: Setup, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    lines = form.text("lines", label="Lignes", most=PASTED_MOST, lines=True)
    try:
        form.refuse_if_wrong()
        await invite_list(
            lines,
            by=person.account,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return page(PasteForm(LINES_MOST, form), status=422)
    return done(HERE, "invitations-parties")
