"""Signing up: a teacher says who she is and where she teaches, and a mailed link lets her in."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.choose_college import Colleges, college_in, colleges_suggested, label_of
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import ANYONE, AnyOf
from booking.door.rights.session import address_of, new_session_id, session_cookie
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import local_path, refuse_name
from booking.people.sign_ups.ask import ask_sign_up
from booking.people.sign_ups.prove import prove
from booking.people.sign_ups.queries import ToProve, to_prove
from booking.people.sign_ups.rules import SignUpSpent
from booking.process.settings import Settings
from booking.web.account.sign_in import ANSWER_SECONDS
from booking.web.public.search_class import ABOUT_CLASS
from workshops.refusals import Invalid


@dataclass(frozen=True)
class SignUpForm(Page, template="account/inscription.html"):
    """`reserving`: she is on her way to a slot's form."""

    colleges: Colleges
    next_path: str
    reserving: bool
    form: Form | None = None


@dataclass(frozen=True)
class SignUpSent(Page, template="account/inscription_envoyee.html"):
    """`name` and `college` go with another address, should this one be wrong."""

    email: str
    name: str
    college: str
    next_path: str


@dataclass(frozen=True)
class SignUpDoor(Page, template="account/inscription_entrer.html"):
    token: str
    sign_up: ToProve


@dataclass(frozen=True)
class SignUpWaits(Page, template="account/inscription_attend.html"):
    """`search`: the list or the slot that she was at, "/creneaux" for want of one."""

    place: str
    official: bool
    search: str


@get("/inscription", opt={"who": ANYONE})
async def sign_up_page(visitor: AnyOf[Person | None], next: FromQuery[str] = "/") -> Template | Redirect:
    if visitor is not None:
        return done(local_path(next))
    return await _form_page(local_path(next))


async def _form_page(next_path: str, *, form: Form | None = None, status: int = 200) -> Template:
    reserving = _slot_of(next_path)
    return page(SignUpForm(await colleges_suggested(form), next_path, reserving, form), status=status)


def _slot_of(path: str) -> bool:
    return re.fullmatch(r"/creneaux/[0-9]+/reserver", urlsplit(path).path) is not None


@post("/inscription", opt={"who": ANYONE})
async def ask(request: AnyRequest, settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> Template:
    """The answer is the same, as late, for an address that is known, that is not, or whose account is closed."""
    form = Form(await request.form())
    next_path = local_path(form.typed.get("next"))
    answer_at = asyncio.get_running_loop().time() + ANSWER_SECONDS
    try:
        name = form.text("name", label="Prénom et nom", most=80)
        email = form.text("email", label="Adresse de messagerie", most=254)
        college = await college_in(form)
        form.refuse_if_wrong()
        refuse_name(name)
        assert college is not None  # noqa: S101 - without one, there is an error at its field
        await ask_sign_up(
            email,
            name=name,
            school=college.id,
            token=secrets.token_urlsafe(32),
            next_path=next_path,
            address=address_of(request, settings),
            now=now,
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return await _form_page(next_path, form=form, status=422)
    await asyncio.sleep(max(0.0, answer_at - asyncio.get_running_loop().time()))
    return page(SignUpSent(email, name, label_of(college), next_path))


@get("/inscription/{token:str}", opt={"who": ANYONE})
async def door_page(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Only a button: mail scanners follow links, they do not press buttons."""
    found = await to_prove(token, now=now)
    if found is None:
        raise SignUpSpent()
    return page(SignUpDoor(token, found))


@post("/inscription/{token:str}", opt={"who": ANYONE})
async def come_in(
    request: AnyRequest, token: FromPath[str], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Template | Redirect:
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
