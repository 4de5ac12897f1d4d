"""The second proof: registering a phone, then showing its code at each sign-in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from pyotp import TOTP

from booking.accounts.queries import Person
from booking.accounts.rules import CodeWrong, local_path, secret_of
from booking.accounts.second_proof import enrol, prove
from booking.door.answers import done, page
from booking.door.forms import Form
from booking.door.guards import SIGNED_IN
from booking.door.session import address_of, new_session_id, session_cookie, session_id_of
from booking.qr_code import screen_code
from booking.settings import Settings

AnyRequest = Request[Any, Any, Any]
BEFORE_PROOF = {"who": SIGNED_IN, "unproved": True}
RESCUE_CODES = 8


@get("/connexion/code", opt=BEFORE_PROOF)
async def code_page(person: NamedDependency[Person], next: FromQuery[str] = "/") -> Template | Redirect:
    if person.proof == "given":
        return done(local_path(next))
    if person.proof == "none":
        return done("/compte/telephone")
    return page("account/code.html", person=person, next_path=local_path(next))


@post("/connexion/code", opt=BEFORE_PROOF)
async def give_code(
    request: AnyRequest,
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    next_path = local_path(form.typed.get("next"))
    session_id = new_session_id()
    try:
        await prove(
            person.account,
            code=form.text("code", label="Code", most=20),
            secret_key=settings.secret_key,
            old_session=session_id_of(request, settings) or "",
            new_session=session_id,
            membership=person.membership,
            browser=request.headers.get("user-agent", ""),
            address=address_of(request, settings),
            now=now,
        )
    except CodeWrong as no:
        form.errors["code"] = no.sentence
        return page("account/code.html", person=person, next_path=next_path, form=form, status=no.status)
    answer = done(next_path)
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


@get("/compte/telephone", opt=BEFORE_PROOF)
async def phone_page(
    request: AnyRequest, person: NamedDependency[Person], settings: NamedDependency[Settings]
) -> Template:
    return _phone_page(request, person, settings)


@post("/compte/telephone", opt=BEFORE_PROOF)
async def register_phone(
    request: AnyRequest,
    person: NamedDependency[Person],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template:
    form = Form(await request.form())
    session_id = new_session_id()
    rescue_codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RESCUE_CODES)]
    try:
        await enrol(
            person.account,
            code=form.text("code", label="Code", most=20),
            salt=_salt(request, settings),
            rescue_codes=[code.replace("-", "") for code in rescue_codes],
            secret_key=settings.secret_key,
            old_session=session_id_of(request, settings) or "",
            new_session=session_id,
            membership=person.membership,
            browser=request.headers.get("user-agent", ""),
            address=address_of(request, settings),
            now=now,
        )
    except CodeWrong as no:
        form.errors["code"] = no.sentence
        return _phone_page(request, person, settings, form=form, status=no.status)
    answer = page("account/rescue_codes.html", person=person, rescue_codes=rescue_codes)
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


def _phone_page(request: AnyRequest, person: Person, settings: Settings, **more: Any) -> Template:
    if person.proof != "none":
        return page("account/telephone.html", person=person)
    secret = secret_of(_salt(request, settings), settings.secret_key)
    code = screen_code(TOTP(secret).provisioning_uri(name=person.email, issuer_name="Technilab"))
    return page("account/telephone.html", person=person, secret=secret, code=code, **more)


def _salt(request: AnyRequest, settings: Settings) -> bytes:
    """This session's own: showing the page twice shows one secret, and nothing is kept before the phone has it."""
    session_id = session_id_of(request, settings) or ""
    return hashlib.sha256(b"second proof of " + session_id.encode()).digest()[:16]
