"""The page of whoever signs, when a visa was noted from paper: one button takes it back, no account."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.rules import LinkSpent
from booking.visits.halves.queries import Half, other_half
from booking.visits.reservations.queries import Visit, taken_back_by
from booking.visits.reservations.rules import LinkNotOurs
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.reservations.whom_to_ask import adults_by_link, has_whom_to_ask


@renders("public/paper_visa.html")
class PaperVisaNoted(Page, frozen=True):
    """`stands`: the visa may still be taken back; `done`: it has just been. `asked`: somebody is asked for it then;
    `kept`: the adults for whom it stands all the same, by a visa of the link."""

    visit: Visit
    token: str
    other: Half | None
    stands: bool
    asked: bool
    kept: int | None
    done: bool = False


@get("/visa/papier/{token:str}", opt=may("public.use"))
async def paper_visa_page(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """What was noted; nothing is taken back by opening the page, since mail scanners open it too."""
    return await _page(token, now)


@post("/visa/papier/{token:str}", opt=may("public.use"))
async def take_back(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    try:
        await take_back_visa(token, ask_token=secrets.token_urlsafe(32), now=now)
    except LinkSpent:
        # Taken back in another window meanwhile, signed since, or over.
        return await _page(token, now)
    return await _page(token, now, done=True)


async def _page(token: str, now: datetime, *, done: bool = False) -> Template:
    found = await taken_back_by(token, now=now)
    if found is None:
        raise LinkNotOurs()
    visit, stands = found
    other = await other_half(visit.halves, visit.id)
    kept = await adults_by_link(visit.id)
    asked = await has_whom_to_ask(visit.school)
    return page(PaperVisaNoted(visit, token, other, stands, asked, kept, done), status=200 if stands or done else 410)
