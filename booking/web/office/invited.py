"""The invitations that wait: sent again, withdrawn, pasted in bulk with one preview and one send."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AfterNumber, words_asked
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, SiteSettings, may
from booking.people.accounts.invite import invite_again, withdraw_invitation
from booking.people.accounts.invite_all import LINES_MOST, ForeseenInvitation, PasteInvitations, foresee_all
from booking.people.accounts.known import OpenInvitation, open_invitations
from booking.visits.newcomers.answer import invite_list
from workshops.acts import Act
from workshops.refusals import Refusal

SHOWN = 100
HERE = "/gestion/comptes/invitations"


@renders("office/invited.html")
class InvitedPage(Page, frozen=True):
    invitations: Sequence[OpenInvitation]
    search: str
    next_page: str | None
    refusal: Refusal | None = None


@renders("office/paste.html", acts={"asked": PasteInvitations})
class PasteForm(Page, frozen=True):
    most: int


@renders("office/paste_preview.html")
class PastePreview(Page, frozen=True):
    """`lines`: what was pasted, to be sent as it was read."""

    foreseen: Sequence[ForeseenInvitation]
    leaving: int
    lines: str


@get(HERE, opt=may("accounts.give"))
async def list_invitations(q: FromQuery[str] = "", apres: AfterNumber = 0) -> Template:
    search = words_asked(q)
    found = await open_invitations(after=apres, search=search, limit=SHOWN + 1)
    following = urlencode({"q": search, "apres": found[SHOWN - 1].membership}) if len(found) > SHOWN else ""
    return page(InvitedPage(found[:SHOWN], search, f"{HERE}?{following}" if following else None))


@post("/gestion/comptes/invitations/{membership:int}/renvoi", opt=may("accounts.give"))
@form_act(Act, page=list_invitations.fn)
async def send_again(membership: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await invite_again(membership, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done(HERE, "invitation-renvoyee")


@post("/gestion/comptes/invitations/{membership:int}/retrait", opt=may("accounts.give"))
async def take_back(membership: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await withdraw_invitation(membership, by=person.account, now=now)
    return done(HERE, "invitation-retiree")


@get("/gestion/comptes/invitations/liste", opt=may("accounts.give"))
async def paste_page() -> Template:
    return page(PasteForm(LINES_MOST))


@post("/gestion/comptes/invitations/liste", opt=may("accounts.give") | FRESH, status_code=200)
@form_act(PasteInvitations, page=paste_page.fn)
async def foresee(asked: PasteInvitations) -> Template:
    """Nothing leaves before the second button."""
    foreseen = await foresee_all(asked.lines)
    return page(PastePreview(foreseen, sum(one.leaves for one in foreseen), asked.lines))


@post(
    "/gestion/comptes/invitations/envoi",
    opt=may("accounts.give") | FRESH | {"form_on": "/gestion/comptes/invitations/liste"},
)
@form_act(PasteInvitations, page=paste_page.fn)
async def send_all(asked: PasteInvitations, person: AsCoordinator, settings: SiteSettings, now: Now) -> Redirect:
    new_token = partial(secrets.token_urlsafe, 32)
    await invite_list(asked.lines, by=person.account, new_token=new_token, secret_key=settings.secret_key, now=now)
    return done(HERE, "invitations-parties")
