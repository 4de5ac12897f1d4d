"""Signing in and out: a mailed link, a button, a session.

The trial version's shortcuts: one button and one token per invented person. They exist in a trial only.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AnyOf, Now, SignedIn, SiteSettings, may
from booking.door.rights.session import address_of, cookie_name, new_session_id, session_cookie, session_id_of
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import local_path
from booking.people.accounts.sign_in import AskLink, ask_link, enter, mails_came_back, open_session
from booking.people.accounts.sign_out import sign_out
from booking.people.accounts.trial import DemoAccount, demo_accounts, trial_token
from booking.process.settings import Settings
from booking.web.account.second_proof import passkeys_here
from workshops.refusals import NotFound, or_not_found


async def trial_accounts(settings: Settings) -> list[DemoAccount]:
    """The invented people whom a visitor of the trial may become; nobody in production."""
    return await demo_accounts() if settings.demo else []


@post("/demo/entrer", opt=may("public.use"))
async def become(request: AnyRequest, settings: SiteSettings, now: Now) -> Redirect:
    form = Form(await request.form())
    wanted = form.typed.get("email", "")
    known = or_not_found(next((one for one in await trial_accounts(settings) if one.email == wanted), None))
    session_id = new_session_id()
    browser = request.headers.get("user-agent", "")
    await open_session(known.account, session_id=session_id, browser=browser, now=now, membership=known.membership)
    answer = Redirect(local_path(form.typed.get("next")), status_code=303)
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


@get("/demo/comptes.json", opt=may("public.use"))
async def list_trial_accounts(settings: SiteSettings, now: Now) -> list[dict[str, Any]]:
    """Reading it renews the keys; a trial that is shown gives none."""
    if not settings.demo:
        raise NotFound()
    return [
        {
            "role": one.role,
            "email": one.email,
            "name": one.name,
            "school": {"uai": one.school_uai, "name": one.school_name} if one.school_uai else None,
            "token": None
            if settings.shown
            else await trial_token(one.account, one.membership, secret_key=settings.secret_key, now=now),
        }
        for one in await demo_accounts()
    ]


# Known and unknown addresses are answered after the same time (ASVS 5.0, 6.3.8).
ANSWER_SECONDS = 0.25


@renders("account/connexion.html", acts={"asked": AskLink})
class SignIn(Page, frozen=True):
    """`accounts`: the invented people of a trial, none in production."""

    accounts: list[DemoAccount]
    passkeys_here: bool
    next_path: str


@renders("account/lien_envoye.html")
class LinkSent(Page, frozen=True):
    email: str
    next_path: str


@renders("account/entrer.html")
class GoIn(Page, frozen=True):
    token: str


@get("/connexion", opt=may("public.use"))
async def sign_in_page(
    request: AnyRequest, visitor: AnyOf[Person | None], settings: SiteSettings, next: FromQuery[str] = "/"
) -> Template | Redirect:
    if visitor is not None:
        return done(local_path(next))
    return await sign_in_form(request, settings, Form({"next": next}))


async def sign_in_form(request: AnyRequest, settings: SiteSettings, form: Form) -> Template:
    next_path = local_path(form.typed.get("next"))
    return page(SignIn(await trial_accounts(settings), passkeys_here(request, settings), next_path))


@post("/connexion", opt=may("public.use"))
@form_act(AskLink, page=sign_in_form)
async def ask(asked: AskLink, form: Form, request: AnyRequest, settings: SiteSettings, now: Now) -> Template:
    next_path, token = local_path(form.typed.get("next")), secrets.token_urlsafe(32)
    answer_at = asyncio.get_running_loop().time() + ANSWER_SECONDS
    await ask_link(asked.email, token=token, next_path=next_path, address=address_of(request, settings), now=now)
    await asyncio.sleep(max(0.0, answer_at - asyncio.get_running_loop().time()))
    return page(LinkSent(asked.email, next_path))


@get("/connexion/{token:str}", opt=may("public.use"))
async def door_page(token: FromPath[str]) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    return page(GoIn(token))


@post("/connexion/{token:str}", opt=may("public.use"))
async def go_in(request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now) -> Redirect:
    session_id = new_session_id()
    next_path = await enter(
        token,
        session_id=session_id,
        browser=request.headers.get("user-agent", ""),
        address=address_of(request, settings),
        old_session=session_id_of(request, settings) or "",
        now=now,
    )
    said = "mails-revenus" if await mails_came_back(session_id) else None
    return signed_in(settings, session_id, next_path, said)


@post("/deconnexion", opt=may("account.keep") | {"unproved": True})
async def leave(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Redirect:
    await sign_out(person.account, session_id=session_id_of(request, settings) or "", now=now)
    answer = done("/", "deconnecte")
    answer.delete_cookie(cookie_name(settings), path="/")
    # What the scan page keeps on this device goes away with the session, scans that were not sent excepted.
    waiting = "waiting" in await request.form()
    answer.headers["Clear-Site-Data"] = '"cache"' if waiting else '"cache", "storage"'
    return answer


def signed_in(settings: Settings, session_id: str, next_path: str, said: str | None = None) -> Redirect:
    """On to the page, with the cookie of a session that was just opened and the sentence DONE[said] at its top."""
    answer = done(local_path(next_path), said)
    answer.set_cookie(session_cookie(settings, session_id))
    return answer
