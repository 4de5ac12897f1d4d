"""A phone that one registers, its code or a passkey at each sign-in, and a proof again before an access changes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import urlsplit

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from pyotp import TOTP

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, Now, SignedIn, SiteSettings, may, refuse_a_new_proof
from booking.door.rights.session import address_of, gone_on, here_of, session_id_of
from booking.people.accounts.known import has_second_proof
from booking.people.accounts.queries import Coordinator, Person, mail_opens
from booking.people.accounts.rules import local_path, proved_lately, secret_of
from booking.people.accounts.second_proof import GiveCode, RegisterPhone, enrol, prove
from booking.people.accounts.sign_in import ask_link, reopen_session
from booking.people.passkeys.ask import passkeys_of
from booking.presentation.qr_code import ScreenCode, screen_code
from booking.process.settings import Settings
from workshops.refusals import NotFound

BEFORE_PROOF = may("account.keep") | {"unproved": True}
RESCUE_CODES = 8
RESCUE_BYTES = 16


@renders("account/code.html", acts={"asked": GiveCode})
class CodeAsked(Page, frozen=True):
    """`again`: she is inside, and proves herself once more; then a mailed link may do, to `email` where it does, and an
    example of the trial has a button of its own."""

    next_path: str
    again: bool
    email: str
    example: bool
    has_phone: bool
    has_passkeys: bool
    has_codes: bool
    passkeys_here: bool


@renders("account/preuve_envoyee.html")
class ProofSent(Page, frozen=True):
    email: str


@renders("account/telephone.html", acts={"asked": RegisterPhone})
class OwnPhone(Page, frozen=True):
    """Without a `secret`, one is registered already. `both`: a passkey would do instead; `must`: one of them has to."""

    secret: str = ""
    code: ScreenCode | None = None
    both: bool = False
    must: bool = False
    passkeys_here: bool = False


@renders("account/rescue_codes.html")
class RescueCodes(Page, frozen=True):
    """Shown once, after the `kept` of what they stand in for."""

    kept: str
    rescue_codes: list[str]


def passkeys_here(request: AnyRequest, settings: Settings) -> bool:
    """Whether this page's address is the one that passkeys belong to; the trial has another address besides."""
    return bool(settings.passkeys_at) and request.headers.get("host") == urlsplit(settings.passkeys_at).netloc


def draw_rescue_codes() -> list[str]:
    """The codes that a person keeps on paper, as she reads them."""
    drawn = [
        base64.b32encode(secrets.token_bytes(RESCUE_BYTES)).decode().lower().rstrip("=") for _ in range(RESCUE_CODES)
    ]
    return ["-".join(one[start : start + 5] for start in range(0, len(one), 5)) for one in drawn]


@get("/connexion/code", opt=BEFORE_PROOF)
async def code_page(
    request: AnyRequest, person: SignedIn, settings: SiteSettings, next: FromQuery[str] = "/"
) -> Template | Redirect:
    if person.proof == "given":
        return done(local_path(next))
    if person.proof == "none":
        return done("/compte/telephone")
    return await _code_page(request, person, settings, next_path=local_path(next))


@get("/connexion/preuve", opt=BEFORE_PROOF)
async def proof_page(
    request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now, next: FromQuery[str] = "/"
) -> Template | Redirect:
    """« Prouvez que c'est vous », then on to where she was, with what she had typed."""
    if proved_lately(person.proved_at, now=now):
        return done(local_path(next))
    return await _code_page(request, person, settings, next_path=local_path(next))


@post("/connexion/preuve/lien", opt=BEFORE_PROOF)
async def mail_proof(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Template:
    """To whom a mailed link is all that a sign-in asks."""
    if not await mail_opens(person.account):
        raise NotFound()
    next_path = local_path(Form(await request.form()).typed.get("next"))
    address = address_of(request, settings)
    await ask_link(person.email, token=secrets.token_urlsafe(32), next_path=next_path, address=address, now=now)
    return page(ProofSent(person.email))


@post("/connexion/preuve/essai", opt=BEFORE_PROOF)
async def be_example_again(request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now) -> Redirect:
    """An invented person proves herself as she came in: by a button, on a trial alone."""
    if not (settings.demo and person.example):
        raise NotFound()
    here = here_of(request, person, settings)
    await reopen_session(person.account, here, proved=person.proof == "given", now=now)
    return gone_on(done(local_path(Form(await request.form()).typed.get("next"))), here, settings)


async def code_form(request: AnyRequest, person: SignedIn, settings: SiteSettings, form: Form) -> Template:
    return await _code_page(request, person, settings, next_path=local_path(form.typed.get("next")))


@post("/connexion/code", opt=BEFORE_PROOF)
@form_act(GiveCode, page=code_form)
async def give_code(
    asked: GiveCode, form: Form, request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now
) -> Redirect:
    here = here_of(request, person, settings)
    await prove(
        person.account,
        code=asked.code,
        secret_key=settings.secret_key,
        here=here,
        address=address_of(request, settings),
        now=now,
    )
    return gone_on(done(local_path(form.typed.get("next"))), here, settings)


@get("/compte/telephone", opt=BEFORE_PROOF | FRESH)
async def phone_page(request: AnyRequest, person: SignedIn, settings: SiteSettings) -> Template:
    if await has_second_proof(person.account):
        return page(OwnPhone())
    refuse_a_new_proof(person)
    secret = secret_of(_salt(request, settings), settings.secret_key)
    must = isinstance(person, Coordinator)
    shown = OwnPhone(
        secret=secret,
        code=screen_code(TOTP(secret).provisioning_uri(name=person.email, issuer_name="Technilab")),
        both=must and bool(settings.passkeys_at) and not await passkeys_of(person.account),
        must=must,
        passkeys_here=passkeys_here(request, settings),
    )
    return page(shown)


@post("/compte/telephone", opt=BEFORE_PROOF | FRESH)
@form_act(RegisterPhone, page=phone_page.fn)
async def register_phone(
    asked: RegisterPhone, request: AnyRequest, person: SignedIn, settings: SiteSettings, now: Now
) -> Template:
    refuse_a_new_proof(person)
    here = here_of(request, person, settings)
    rescue_codes = draw_rescue_codes()
    await enrol(
        person.account,
        code=asked.code,
        salt=_salt(request, settings),
        rescue_codes=[code.replace("-", "") for code in rescue_codes],
        not_me=secrets.token_urlsafe(32),
        secret_key=settings.secret_key,
        here=here,
        address=address_of(request, settings),
        now=now,
    )
    return gone_on(page(RescueCodes("Le téléphone est enregistré.", rescue_codes)), here, settings)


async def _code_page(request: AnyRequest, person: Person, settings: Settings, *, next_path: str) -> Template:
    by_mail, again = await mail_opens(person.account), person.proof != "asked"
    shown = CodeAsked(
        again=again,
        email=person.email if again and by_mail else "",
        example=again and bool(settings.demo) and person.example,
        has_phone=await has_second_proof(person.account),
        has_passkeys=bool(await passkeys_of(person.account)),
        has_codes=not by_mail,
        passkeys_here=passkeys_here(request, settings),
        next_path=next_path,
    )
    return page(shown)


def _salt(request: AnyRequest, settings: Settings) -> bytes:
    """This session's own: showing the page twice shows one secret, and nothing is kept before the phone has it."""
    session_id = session_id_of(request, settings) or ""
    return hashlib.sha256(b"second proof of " + session_id.encode()).digest()[:16]
