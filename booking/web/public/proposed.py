"""The page of a visit that a colleague hands on, behind the link of a mail: take it or leave it, no account."""

from __future__ import annotations

from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, SiteSettings, may
from booking.process.settings import Settings
from booking.visits.asking.pairs import Half, halves_of
from booking.visits.handovers.hand_on import answer_by_link
from booking.visits.handovers.proposals import Proposal, proposed_by_link
from booking.visits.handovers.rules import ProposalOver
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import LinkNotOurs


@renders("public/proposed.html")
class Proposed(Page, frozen=True):
    """`other`: the other half of the class, which goes with it; `proposal` is None once it is answered or kept."""

    visit: Visit
    other: Half | None
    proposal: Proposal | None
    token: str


@renders("public/proposal_answered.html")
class ProposalAnswered(Page, frozen=True):
    """What the colleague answered of the visit, and of the other half of its class."""

    visit: Visit
    other: Half | None
    takes: bool


async def _proposed(token: str, settings: Settings, now: datetime) -> Proposed:
    sent = await proposed_by_link(token, secret_key=settings.secret_key, now=now)
    if sent is None:
        raise LinkNotOurs()
    seen, proposal = sent
    halves = [half for half in await halves_of(seen.pair) if half.id != seen.id]
    other = next((half for half in halves if half.state in LIVE and half.ends_at > now), None)
    return Proposed(seen, other, proposal, token)


def _shown(proposed: Proposed) -> Template:
    return page(proposed, status=200 if proposed.proposal else 410)


@get("/reprise/{token:str}", opt=may("public.use"))
async def proposed_page(token: FromPath[str], settings: SiteSettings, now: Now) -> Template:
    """What is proposed; nothing is answered by opening the page, since mail scanners open it too."""
    return _shown(await _proposed(token, settings, now))


@post("/reprise/{token:str}", opt=may("public.use"))
async def answer_proposed(token: FromPath[str], request: AnyRequest, settings: SiteSettings, now: Now) -> Template:
    form = Form(await request.form())
    takes = form.choice("answer", {"oui", "non"}, label="Réponse") == "oui"
    form.refuse_if_wrong()
    proposed = await _proposed(token, settings, now)
    try:
        await answer_by_link(token, takes=takes, secret_key=settings.secret_key, now=now)
    except ProposalOver:
        return _shown(await _proposed(token, settings, now))
    return page(ProposalAnswered(proposed.visit, proposed.other, takes))
