"""Signing up: a teacher says who she is and where she teaches, and a mailed link lets her in."""

from __future__ import annotations

import asyncio
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, college_in, colleges_suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AnyOf, Now, SiteSettings, may
from booking.door.rights.session import address_of, new_session_id, session_cookie
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import local_path
from booking.people.sign_ups.queries import ToProve, to_prove
from booking.people.sign_ups.rules import SignUpSpent
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up, prove
from booking.web.account.sign_in import ANSWER_SECONDS
from booking.web.public.search_class import ABOUT_CLASS
from workshops.academie.queries import academie
from workshops.academie.rules import is_trusted


@renders("account/inscription.html", acts={"asked": AskSignUp})
class SignUpForm(Page, frozen=True):
    """`reserving`: she is on her way to a slot's form."""

    colleges: Suggestions
    next_path: str
    reserving: bool


@renders("account/inscription_envoyee.html", acts={"asked": AskSignUp})
class SignUpSent(Page, frozen=True):
    """`name` and `college` go with another address, should this one be wrong."""

    email: str
    name: str
    college: str
    next_path: str


@renders("account/inscription_entrer.html")
class SignUpDoor(Page, frozen=True):
    """`enters`: its button lets her in; else her collège is asked first."""

    token: str
    sign_up: ToProve
    enters: bool


@renders("account/inscription_attend.html")
class SignUpWaits(Page, frozen=True):
    """`search`: the list or the slot that she was at, "/creneaux" for want of one."""

    place: str
    official: bool
    search: str


@get("/inscription", opt=may("public.use"))
async def sign_up_page(visitor: AnyOf[Person | None], next: FromQuery[str] = "/") -> Template | Redirect:
    return await sign_up_form(Form({"next": next})) if visitor is None else done(local_path(next))


async def sign_up_form(form: Form) -> Template:
    next_path = local_path(form.typed.get("next"))
    return page(SignUpForm(await colleges_suggested(form), next_path, _slot_of(next_path)))


def _slot_of(path: str) -> bool:
    return re.fullmatch(r"/creneaux/[0-9]+/reserver", urlsplit(path).path) is not None


async def _college(form: Form) -> int:
    """The collège that was chosen or typed; 0 with an error at its field."""
    college = await college_in(form)
    return 0 if college is None else college.id


@post("/inscription", opt=may("public.use"))
@form_act(AskSignUp, page=sign_up_form, school=_college)
async def ask(asked: AskSignUp, form: Form, request: AnyRequest, settings: SiteSettings, now: Now) -> Template:
    """The answer is the same, as late, for an address that is known, that is not, or whose account is closed."""
    next_path = local_path(form.typed.get("next"))
    answer_at = asyncio.get_running_loop().time() + ANSWER_SECONDS
    new = {"token": secrets.token_urlsafe(32), "address": address_of(request, settings)}
    await ask_sign_up(asked, **new, next_path=next_path, now=now)
    await asyncio.sleep(max(0.0, answer_at - asyncio.get_running_loop().time()))
    return page(SignUpSent(asked.email, asked.name, form.typed["college"], next_path))


@get("/inscription/{token:str}", opt=may("public.use"))
async def door_page(token: FromPath[str], now: Now) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    found = await to_prove(token, now=now)
    if found is None:
        raise SignUpSpent()
    return page(SignUpDoor(token, found, is_trusted(found.email, (await academie()).trusted_domains)))


@post("/inscription/{token:str}", opt=may("public.use"))
async def come_in(request: AnyRequest, token: FromPath[str], settings: SiteSettings, now: Now) -> Template | Redirect:
    session_id = new_session_id()
    proved = await prove(
        token,
        session_id=session_id,
        answer_token=secrets.token_urlsafe(32),
        browser=request.headers.get("user-agent", ""),
        address=address_of(request, settings),
        now=now,
    )
    if not proved.inside:
        return page(SignUpWaits(proved.place, proved.official, _search(proved.next_path)))
    answer = done(_way_on(proved.next_path), "inscrit") if proved.new else done(local_path(proved.next_path))
    answer.set_cookie(session_cookie(settings, session_id))
    return answer


def _search(next_path: str) -> str:
    """What anybody may look at of the way that she was on."""
    shown = next_path.replace("/reserver", "", 1) if _slot_of(next_path) else next_path
    return shown if re.match(r"/creneaux\b", shown) else "/creneaux"


def _way_on(next_path: str) -> str:
    """Who reserves has a class to name first: its form begins with what the search said of it."""
    if not _slot_of(next_path):
        return "/creneaux" if next_path == "/" else next_path
    told = {name: said for name, said in parse_qsl(urlsplit(next_path).query) if name in ABOUT_CLASS[1:]}
    return f"/mes-groupes?{urlencode({'next': next_path, **told})}"
