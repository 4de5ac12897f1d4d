"""The collège's own page: the principal's visa and outings, who waits to be confirmed, what was left behind."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, may
from booking.people.accounts.queries import Teacher
from booking.visits.handovers.queries import left_behind
from booking.visits.newcomers.queries import waiting_in
from booking.visits.outings.give import give_outings, revoke_outings
from booking.visits.outings.queries import outings_given_at
from booking.visits.outings.rules import NobodyToSend
from booking.visits.principals.confirm import Follows, SetVisa, ask_again, set_visa
from booking.words.wording import school_year_of
from workshops.refusals import Refusal
from workshops.schools.queries import Visa, visa_of

SAID = {
    Follows.NOTHING: "college-change",
    Follows.ADDRESS: "adresse-a-confirmer",
    Follows.END: "fin-de-visa-demandee",
    Follows.COORDINATION: "fin-de-visa-coordination",
}


@renders("school/college.html", acts={"asked": SetVisa})
class OwnCollege(Page, frozen=True):
    """`outings_since`: when the link to its outings was sent, None without one. `waiting` colleagues ask to be
    confirmed, `left` groups have nobody who follows them or their visits."""

    school_name: str
    visa: Visa
    outings_since: datetime | None
    waiting: int
    left: int
    refusal: Refusal | None = None


@get("/mon-college", opt=may("college.keep"))
async def own_college(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Template:
    return await _page(person, now)


async def _page(person: Teacher, now: datetime, *, refusal: Refusal | None = None) -> Template:
    shown = OwnCollege(
        school_name=person.school_name,
        visa=await visa_of(person.school),
        outings_since=await outings_given_at(person.school, now=now),
        waiting=len(await waiting_in(person.school)),
        left=len(await left_behind(person.school, school_year=school_year_of(now), now=now)),
        refusal=refusal,
    )
    return page(shown, status=refusal.status if refusal else 200)


@post("/mon-college", opt=may("college.keep") | FRESH)
@form_act(SetVisa, page=own_college.fn)
async def change_own_college(
    asked: SetVisa, person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Redirect:
    follows = await set_visa(
        asked,
        school=person.school,
        by=person.account,
        token=secrets.token_urlsafe(32),
        end_token=secrets.token_urlsafe(32),
        now=now,
    )
    return done("/mon-college", SAID[follows])


@post("/mon-college/adresse", opt=may("college.keep"))
async def ask_mailbox_again(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Redirect:
    asked = await ask_again(person.school, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done("/mon-college", "adresse-redemandee" if asked else "college-change")


@post("/mon-college/sorties", opt=may("college.keep"))
async def send_outings(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Template | Redirect:
    try:
        await give_outings(person.school, by=person.account, token=secrets.token_urlsafe(32), now=now)
    except NobodyToSend as no:
        return await _page(person, now, refusal=no)
    return done("/mon-college", "sorties-envoyees")


@post("/mon-college/sorties/revocation", opt=may("college.keep"))
async def end_outings(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Redirect:
    await revoke_outings(person.school, by=person.account, now=now)
    return done("/mon-college", "sorties-fermees")
