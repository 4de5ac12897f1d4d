"""The passkeys of one's account: made here, and removed.

Coming in by a passkey: instead of the mailed link, or after it.

« Ce n'était pas moi »: the link of the mail that tells of a new key, phone or passkey. It needs no session.
"""

from __future__ import annotations

import secrets
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, Now, SignedIn, SiteSettings, may, refuse_a_new_proof
from booking.door.rights.session import address_of, gone_on, here_of, new_session_id
from booking.people.accounts.queries import still_contests
from booking.people.accounts.rules import NotMeSpent, local_path
from booking.people.passkeys.ask import ask_for_new, ask_to_prove, ask_to_sign_in
from booking.people.passkeys.keep import NamePasskey, disavow, keep_passkey, remove_passkey
from booking.people.passkeys.sign_in import prove_by_passkey, sign_in_by_passkey
from booking.process.settings import Settings
from booking.web.account.second_proof import BEFORE_PROOF, RescueCodes, draw_rescue_codes
from booking.web.account.sign_in import signed_in
from booking.words.wording import browser_words
from workshops.refusals import NotFound

CHALLENGE_BYTES = 32


def passkey_origin(settings: Settings) -> str:
    """The origin whose passkeys open this Technilab; raises NotFound where there can be none."""
    if not settings.passkeys_at:
        raise NotFound()
    return settings.passkeys_at


def new_challenge() -> bytes:
    """256 bits that nobody guesses."""
    return secrets.token_bytes(CHALLENGE_BYTES)


@post("/compte/cles-d-acces/defi", opt=BEFORE_PROOF | FRESH, status_code=200)
async def ask_new_passkey(person: SignedIn, settings: SiteSettings, now: Now) -> dict[str, Any]:
    refuse_a_new_proof(person)
    return await ask_for_new(
        person.account,
        challenge=new_challenge(),
        origin=passkey_origin(settings),
        secret_key=settings.secret_key,
        now=now,
    )


@post("/compte/cles-d-acces", opt=BEFORE_PROOF | FRESH)
async def add_passkey(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Template | Redirect:
    """A coordinator's first one comes with codes on paper, shown on the answer itself, once."""
    refuse_a_new_proof(person)
    form = Form(await request.form())
    label = form.act(NamePasskey).label
    here = here_of(request, person, settings)
    rescue_codes = draw_rescue_codes()
    on_paper = await keep_passkey(
        person.account,
        made=form.typed.get("answer", ""),
        label=label or browser_words(here.browser),
        rescue_codes=[code.replace("-", "") for code in rescue_codes],
        not_me=secrets.token_urlsafe(32),
        origin=passkey_origin(settings),
        secret_key=settings.secret_key,
        here=here,
        address=address_of(request, settings),
        now=now,
    )
    if on_paper:
        return gone_on(page(RescueCodes("La clé d'accès est enregistrée.", rescue_codes)), here, settings)
    return gone_on(done("/compte", "cle-d-acces-ajoutee"), here, settings)


@post("/compte/cles-d-acces/{passkey:int}/retrait", opt=may("account.keep") | FRESH)
async def drop_passkey(passkey: FromPath[int], person: SignedIn, now: Now) -> Redirect:
    await remove_passkey(passkey, account=person.account, now=now)
    return done("/compte", "cle-d-acces-retiree")


@post("/connexion/cle-d-acces/defi", opt=may("public.use"), status_code=200)
async def ask_any_passkey(settings: SiteSettings, now: Now) -> dict[str, Any]:
    return await ask_to_sign_in(challenge=new_challenge(), origin=passkey_origin(settings), now=now)


@post("/connexion/cle-d-acces/reponse", opt=may("public.use"))
async def go_in_by_passkey(request: AnyRequest, settings: SiteSettings, now: Now) -> Redirect:
    form = Form(await request.form())
    session_id = new_session_id()
    await sign_in_by_passkey(
        form.typed.get("answer", ""),
        origin=passkey_origin(settings),
        session_id=session_id,
        browser=request.headers.get("user-agent", ""),
        address=address_of(request, settings),
        now=now,
        trial=settings.demo,
    )
    return signed_in(settings, session_id, local_path(form.typed.get("next")))


@post("/connexion/code/defi", opt=BEFORE_PROOF, status_code=200)
async def ask_own_passkey(person: SignedIn, settings: SiteSettings, now: Now) -> dict[str, Any]:
    return await ask_to_prove(person.account, challenge=new_challenge(), origin=passkey_origin(settings), now=now)


@post("/connexion/code/reponse", opt=BEFORE_PROOF)
async def show_own_passkey(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Redirect:
    form = Form(await request.form())
    here = here_of(request, person, settings)
    await prove_by_passkey(
        person.account,
        shown=form.typed.get("answer", ""),
        origin=passkey_origin(settings),
        here=here,
        address=address_of(request, settings),
        now=now,
        trial=settings.demo,
    )
    return gone_on(done(local_path(form.typed.get("next"))), here, settings)


@renders("account/pas_moi.html")
class NotMe(Page, frozen=True):
    """`done`: everything was just closed."""

    token: str
    done: bool


@get("/compte/ce-n-etait-pas-moi/{token:str}", opt=may("public.use"))
async def not_me_page(token: FromPath[str], now: Now) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    if not await still_contests(token, now=now):
        raise NotMeSpent()
    return page(NotMe(token, done=False))


@post("/compte/ce-n-etait-pas-moi/{token:str}", opt=may("public.use"), status_code=200)
async def say_not_me(token: FromPath[str], now: Now) -> Template:
    await disavow(token, now=now)
    return page(NotMe("", done=True))
