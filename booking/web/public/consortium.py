"""Who carries the programme, what each has done this school year, and how a company joins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from litestar import get, post
from litestar.response import Template

from booking.door.forms.choose import commune_in
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, Now, SiteSettings, may
from booking.door.rights.session import address_of
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.people.company_requests.rules import REQUESTS_LAST
from booking.programme.consortium.queries import Member
from booking.programme.figures.publish import publish
from booking.programme.figures.rules import FEW
from booking.visits.attendance.sessions import UNKNOWN, SlotForCompany, sessions_for
from booking.words.wording import school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.companies.queries import known_places
from workshops.partners.rules import KINDS
from workshops.school_calendar.queries import school_days_of_academie
from workshops.school_calendar.rules import paris_day, paris_instant


@renders("public/consortium.html")
class Consortium(Page, frozen=True):
    """`told_from`: the number of pupils under which a figure is not said. `examples`: some members are invented."""

    bodies: list[Member]
    lycees: list[Member]
    companies: list[Member]
    kinds: dict[str, str]
    year: str
    told_from: int
    served: Served
    examples: bool


@get("/consortium", opt=SHARED | DECIDES_NOTHING)
async def consortium_page(now: Now) -> Template:
    members = (await publish(now=now)).members
    bodies = [one for one in members if one.card.kind not in {"lycee", "entreprise"}]
    shown = Consortium(
        bodies=bodies,
        lycees=[one for one in members if one.card.kind == "lycee"],
        companies=[one for one in members if one.card.kind == "entreprise"],
        kinds=KINDS,
        year=school_year_of(now),
        told_from=FEW,
        served=await academie(),
        examples=any(one.card.example for one in members),
    )
    return page(shown)


SHOWN = 5
# What the coordination may take to answer: no session is shown that is held before.
SCHOOL_DAYS_TO_ANSWER = 5


@renders("public/join.html", acts={"asked": AskToJoin})
class JoinForm(Page, frozen=True):
    """`days`: how long an unanswered request is kept."""

    days: int
    communes: list[str]


@renders("public/join_asked.html")
class JoinAsked(Page, frozen=True):
    """`sessions`: some that look for companies, those where pupils are expected first, then the nearest."""

    email: str
    sessions: Sequence[SlotForCompany]


@get("/rejoindre", opt=may("public.use"))
async def join_page() -> Template:
    return page(JoinForm(REQUESTS_LAST.days, (await known_places()).communes))


@post("/rejoindre", opt=may("public.use"))
@form_act(AskToJoin, page=join_page.fn, commune=commune_in)
async def ask(asked: AskToJoin, request: AnyRequest, settings: SiteSettings, now: Now) -> Template:
    """The answer is the same for a company that is known and for one that is not."""
    await ask_to_join(asked, address=address_of(request, settings), now=now)
    near = (await known_places()).place_of(asked.commune, "")
    since = paris_instant(await school_days_of_academie(paris_day(now), SCHOOL_DAYS_TO_ANSWER), time())
    return page(JoinAsked(asked.email, await sessions_for(UNKNOWN, near=near, now=now, since=since, limit=SHOWN)))
