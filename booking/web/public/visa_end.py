"""Whoever signs for a collège says whether its visa is still asked for: one question, two buttons, no account."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.rules import hash_of
from booking.visits.principals.confirm import answer_end
from booking.visits.principals.queries import EndAnswered
from workshops.schools.queries import EndAsked, end_asked


@renders("public/visa_end.html")
class AskedEnd(Page, frozen=True):
    """`ends` is what was just answered, None while it is asked."""

    asked: EndAsked
    token: str
    ends: bool | None = None


@get("/visa/fin/{token:str}", opt=may("public.use"))
async def end_page(token: FromPath[str]) -> Template:
    """What is asked; nothing is answered by opening the page, since mail scanners open it too."""
    return page(AskedEnd(await _asked(token), token))


@post("/visa/fin/{token:str}", opt=may("public.use"))
async def answer_to_end(request: AnyRequest, token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    asked, form = await _asked(token), Form(await request.form())
    ends = form.choice("answer", {"oui", "non"}, label="Réponse") == "oui"
    form.refuse_if_wrong()
    await answer_end(token, ends=ends, now=now)
    return page(AskedEnd(asked, token, ends))


async def _asked(token: str) -> EndAsked:
    found = await end_asked(hash_of(token))
    if found is None:
        raise EndAnswered()
    return found
