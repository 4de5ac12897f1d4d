"""The passkeys of one's account: made here, and removed."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import done, page
from booking.door.rights.guards import FRESH, AnyOf, may, refuse_a_new_proof
from booking.door.rights.session import address_of, new_session_id, session_cookie, session_id_of
from booking.people.accounts.queries import Person
from booking.people.passkeys.ask import ask_for_new
from booking.people.passkeys.keep import keep_passkey, remove_passkey
from booking.process.settings import Settings
from booking.web.account.second_proof import BEFORE_PROOF, RescueCodes, draw_rescue_codes
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
async def ask_new_passkey(
    person: AnyOf[Person], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> dict[str, Any]:
    refuse_a_new_proof(person)
    return await ask_for_new(
        person.account,
        challenge=new_challenge(),
        origin=passkey_origin(settings),
        secret_key=settings.secret_key,
        now=now,
    )


@post("/compte/cles-d-acces", opt=BEFORE_PROOF | FRESH)
async def add_passkey(
    request: AnyRequest,
    person: AnyOf[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """A coordinator's first one comes with codes on paper, shown on the answer itself, once."""
    refuse_a_new_proof(person)
    form = Form(await request.form())
    label = form.text("device", label="Nom de l'appareil", most=80, required=False)
    form.refuse_if_wrong()
    browser = request.headers.get("user-agent", "")
    session_id = new_session_id()
    rescue_codes = draw_rescue_codes()
    on_paper = await keep_passkey(
        person.account,
        made=form.typed.get("answer", ""),
        label=label or browser_words(browser),
        rescue_codes=[code.replace("-", "") for code in rescue_codes],
        not_me=secrets.token_urlsafe(32),
        origin=passkey_origin(settings),
        old_session=session_id_of(request, settings) or "",
        new_session=session_id,
        membership=person.membership,
        browser=browser,
        address=address_of(request, settings),
        now=now,
    )
    answer: Template | Redirect = done("/compte", "cle-d-acces-ajoutee")
    if on_paper:
        kept = "La clé d'accès est enregistrée."
        answer = page(RescueCodes(kept, rescue_codes))
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


@post("/compte/cles-d-acces/{passkey:int}/retrait", opt=may("account.keep") | FRESH)
async def drop_passkey(passkey: FromPath[int], person: AnyOf[Person], now: NamedDependency[datetime]) -> Redirect:
    await remove_passkey(passkey, account=person.account, now=now)
    return done("/compte", "cle-d-acces-retiree")
