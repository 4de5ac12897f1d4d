"""Joining the consortium: a company says who it is and what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page
from booking.door.rights.guards import ANYONE
from booking.door.rights.session import address_of
from booking.people.accounts.rules import refuse_name
from booking.people.company_requests.ask import ask_to_join
from booking.people.company_requests.rules import PROPOSAL_MOST, REQUESTS_LAST
from booking.process.settings import Settings
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.refusals import Invalid

SHOWN = 5


@dataclass(frozen=True)
class JoinForm(Page, template="public/join.html"):
    """`days`: how long an unanswered request is kept."""

    days: int
    most: int
    form: Form | None = None


@dataclass(frozen=True)
class JoinAsked(Page, template="public/join_asked.html"):
    """`sessions`: the next ones that look for companies."""

    email: str
    sessions: Sequence[SlotOnOffer]


@get("/rejoindre", opt={"who": ANYONE})
async def join_page() -> Template:
    return _form_page()


def _form_page(*, form: Form | None = None, status: int = 200) -> Template:
    return page(JoinForm(REQUESTS_LAST.days, PROPOSAL_MOST, form), status=status)


@post("/rejoindre", opt={"who": ANYONE})
async def ask(request: AnyRequest, settings: NamedDependency[Settings], now: NamedDependency[datetime]) -> Template:
    """The answer is the same for a company that is known and for one that is not."""
    form = Form(await request.form())
    asked = {
        "siret": form.text("siret", label="SIRET", most=20),
        "company_name": form.text("company_name", label="Nom de l'entreprise", most=160),
        "commune": form.text("commune", label="Commune", most=80),
        "contact_name": form.text("contact_name", label="Votre prénom et votre nom", most=80),
        "email": form.text("email", label="Adresse de messagerie", most=254),
        "proposal": form.text("proposal", label="Ce que vous proposez", most=PROPOSAL_MOST, lines=True),
    }
    try:
        form.refuse_if_wrong()
        refuse_name(asked["contact_name"], field="contact_name")
        await ask_to_join(**asked, address=address_of(request, settings), now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return _form_page(form=form, status=422)
    offer = await slots_on_offer(Search(company_places=1, limit=SHOWN), now=now)
    return page(JoinAsked(asked["email"], offer.items))
