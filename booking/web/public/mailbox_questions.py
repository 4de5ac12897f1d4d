"""Questions to a collège's official mailbox, each one page with two buttons, no account: mail scanners follow links,
they do not press buttons."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.rules import hash_of
from booking.people.sign_ups.rules import SignUpAnswered
from booking.visits.newcomers.answer import confirm, refuse, sign_up_of
from booking.visits.newcomers.queries import WaitingSignUp, waiting_behind
from booking.visits.principals.confirm import answer_address, answer_end
from booking.visits.principals.queries import AddressAnswered, EndAnswered
from workshops.schools.queries import AddressAsked, EndAsked, address_asked, end_asked


@renders("public/college_asked.html")
class CollegeAsked(Page, frozen=True):
    """Whether a teacher is of the collège."""

    token: str
    waiting: WaitingSignUp


@renders("public/college_answered.html")
class CollegeAnswered(Page, frozen=True):
    name: str
    confirmed: bool


@renders("public/principal_address.html")
class AskedAddress(Page, frozen=True):
    """Whether an address is its principal's. `answer` is what was just answered, None while it is asked."""

    asked: AddressAsked
    token: str
    answer: bool | None = None


@renders("public/visa_end.html")
class AskedEnd(Page, frozen=True):
    """Whether the collège's visa is still asked for. `ends` is what was just answered, None while it is asked."""

    asked: EndAsked
    token: str
    ends: bool | None = None


async def _says_yes(request: AnyRequest) -> bool:
    form = Form(await request.form())
    answer = form.choice("answer", {"oui", "non"}, label="Réponse")
    form.refuse_if_wrong()
    return answer == "oui"


@get("/inscription/college/{token:str}", opt=may("public.use"))
async def college_page(token: FromPath[str], now: Now) -> Template:
    return page(CollegeAsked(token, await _sign_up(token, now)))


@post("/inscription/college/{token:str}", opt=may("public.use"))
async def college_answers(request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    waiting, is_ours = await _sign_up(token, now), await _says_yes(request)
    if is_ours:
        await confirm(
            await sign_up_of(token),
            by=None,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    else:
        await refuse(await sign_up_of(token), by=None, now=now)
    return page(CollegeAnswered(waiting.name, is_ours))


async def _sign_up(token: str, now: datetime) -> WaitingSignUp:
    waiting = await waiting_behind(token, now=now)
    if waiting is None:
        raise SignUpAnswered()
    return waiting


@get("/visa/adresse/{token:str}", opt=may("public.use"))
async def address_page(token: FromPath[str]) -> Template:
    return page(AskedAddress(await _address(token), token))


@post("/visa/adresse/{token:str}", opt=may("public.use"))
async def answer(request: AnyRequest, token: FromPath[str], now: Now) -> Template:
    asked, right = await _address(token), await _says_yes(request)
    await answer_address(token, right=right, now=now)
    return page(AskedAddress(asked, token, right))


async def _address(token: str) -> AddressAsked:
    asked = await address_asked(hash_of(token))
    if asked is None:
        raise AddressAnswered()
    return asked


@get("/visa/fin/{token:str}", opt=may("public.use"))
async def end_page(token: FromPath[str]) -> Template:
    return page(AskedEnd(await _end(token), token))


@post("/visa/fin/{token:str}", opt=may("public.use"))
async def answer_to_end(request: AnyRequest, token: FromPath[str], now: Now) -> Template:
    asked, ends = await _end(token), await _says_yes(request)
    await answer_end(token, ends=ends, now=now)
    return page(AskedEnd(asked, token, ends))


async def _end(token: str) -> EndAsked:
    asked = await end_asked(hash_of(token))
    if asked is None:
        raise EndAnswered()
    return asked
