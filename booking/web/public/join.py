"""Joining the consortium: a company says who it is and what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.door.rights.session import address_of
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.people.company_requests.rules import REQUESTS_LAST
from booking.process.settings import Settings
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search

SHOWN = 5


@renders("public/join.html", acts={"asked": AskToJoin})
class JoinForm(Page, frozen=True):
    """`days`: how long an unanswered request is kept."""

    days: int


@renders("public/join_asked.html")
class JoinAsked(Page, frozen=True):
    """`sessions`: the next ones that look for companies."""

    email: str
    sessions: Sequence[SlotOnOffer]


@get("/rejoindre", opt=may("public.use"))
async def join_page() -> Template:
    return page(JoinForm(REQUESTS_LAST.days))


@post("/rejoindre", opt=may("public.use"))
@form_act(AskToJoin, page=join_page.fn)
async def ask(
    asked: AskToJoin, request: AnyRequest, settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Template:
    """The answer is the same for a company that is known and for one that is not."""
    await ask_to_join(asked, address=address_of(request, settings), now=now)
    offer = await slots_on_offer(Search(company_places=1, limit=SHOWN), now=now)
    return page(JoinAsked(asked.email, offer.items))
