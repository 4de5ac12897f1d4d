"""The collège's mailbox says whether an address is its principal's: one question, two buttons, no account."""

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
from booking.visits.principals.confirm import answer_address
from booking.visits.principals.queries import AddressAnswered
from workshops.schools.queries import AddressAsked, address_asked


@renders("public/principal_address.html")
class AskedAddress(Page, frozen=True):
    """`answer` is what was just answered, None while it is asked."""

    asked: AddressAsked
    token: str
    answer: bool | None = None


@get("/visa/adresse/{token:str}", opt=may("public.use"))
async def address_page(token: FromPath[str]) -> Template:
    """What is asked; nothing is answered by opening the page, since mail scanners open it too."""
    return page(AskedAddress(await _asked(token), token))


@post("/visa/adresse/{token:str}", opt=may("public.use"))
async def answer(request: AnyRequest, token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    asked, form = await _asked(token), Form(await request.form())
    right = form.choice("answer", {"oui", "non"}, label="Réponse") == "oui"
    form.refuse_if_wrong()
    await answer_address(token, right=right, now=now)
    return page(AskedAddress(asked, token, right))


async def _asked(token: str) -> AddressAsked:
    found = await address_asked(hash_of(token))
    if found is None:
        raise AddressAnswered()
    return found
