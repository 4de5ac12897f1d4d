"""Coming in by a passkey: instead of the mailed link, or after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from booking.door.forms.read import AnyRequest, Form
from booking.door.rights.guards import AnyOf, may
from booking.door.rights.session import address_of, new_session_id, session_id_of
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import local_path
from booking.people.passkeys.ask import ask_to_prove, ask_to_sign_in
from booking.people.passkeys.sign_in import prove_by_passkey, sign_in_by_passkey
from booking.process.settings import Settings
from booking.web.account.passkeys import new_challenge, passkey_origin
from booking.web.account.second_proof import BEFORE_PROOF
from booking.web.account.sign_in import signed_in


@post("/connexion/cle-d-acces/defi", opt=may("public.use"), status_code=200)
async def ask_any_passkey(settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> dict[str, Any]:
    return await ask_to_sign_in(challenge=new_challenge(), origin=passkey_origin(settings), now=now)


@post("/connexion/cle-d-acces/reponse", opt=may("public.use"))
async def go_in_by_passkey(
    request: AnyRequest, settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Redirect:
    form = Form(await request.form())
    session_id = new_session_id()
    await sign_in_by_passkey(
        form.typed.get("answer", ""),
        origin=passkey_origin(settings),
        secret_key=settings.secret_key,
        session_id=session_id,
        browser=request.headers.get("user-agent", ""),
        address=address_of(request, settings),
        now=now,
        trial=settings.demo,
    )
    return signed_in(settings, session_id, local_path(form.typed.get("next")))


@post("/connexion/code/defi", opt=BEFORE_PROOF, status_code=200)
async def ask_own_passkey(
    person: AnyOf[Person], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> dict[str, Any]:
    return await ask_to_prove(person.account, challenge=new_challenge(), origin=passkey_origin(settings), now=now)


@post("/connexion/code/reponse", opt=BEFORE_PROOF)
async def show_own_passkey(
    request: AnyRequest,
    person: AnyOf[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Redirect:
    form = Form(await request.form())
    session_id = new_session_id()
    await prove_by_passkey(
        person.account,
        shown=form.typed.get("answer", ""),
        origin=passkey_origin(settings),
        secret_key=settings.secret_key,
        old_session=session_id_of(request, settings) or "",
        new_session=session_id,
        membership=person.membership,
        browser=request.headers.get("user-agent", ""),
        address=address_of(request, settings),
        now=now,
        trial=settings.demo,
    )
    return signed_in(settings, session_id, local_path(form.typed.get("next")))
