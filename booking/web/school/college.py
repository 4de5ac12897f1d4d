"""The collège's own pages: the principal's visa and outings, who teaches there and who says so too, what was left
behind by whoever is gone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsTeacher, Now, SiteSettings, may
from booking.people.accounts.known import Colleague, colleagues_of
from booking.people.accounts.queries import Teacher
from booking.people.applications.queries import applications_of
from booking.people.sign_ups.rules import SignUpAnswered
from booking.visits.handovers.queries import LeftGroup, left_behind
from booking.visits.handovers.take_over import take_over
from booking.visits.newcomers.answer import confirm, refuse
from booking.visits.newcomers.queries import WaitingSignUp, waiting_in
from booking.visits.principals.confirm import Follows, SetVisa, ask_again, set_visa
from booking.visits.principals.give_outings import give_outings, revoke_outings
from booking.visits.principals.queries import outings_given_at
from booking.words.wording import school_year_of
from workshops.acts import Act
from workshops.refusals import Refusal
from workshops.schools.queries import Visa, visa_of

LEFT_BEHIND = "/mon-college/sans-enseignant"
SAID = {
    Follows.NOTHING: "college-change",
    Follows.ADDRESS: "adresse-a-confirmer",
    Follows.END: "fin-de-visa-demandee",
    Follows.COORDINATION: "fin-de-visa-coordination",
}


@renders("school/college.html", acts={"asked": SetVisa})
class OwnCollege(Page, frozen=True):
    """`outings_since`: when the link to its outings was sent, None without one. `waiting` colleagues ask to be
    confirmed, `left` groups have nobody who follows them or their visits. `programs`: how many of the
    collège's have a key."""

    school_name: str
    visa: Visa
    outings_since: datetime | None
    waiting: int
    left: int
    programs: int


@renders("school/left_behind.html")
class LeftBehind(Page, frozen=True):
    """The groups and visits that nobody follows: a colleague takes them over."""

    school_name: str
    left: Sequence[LeftGroup]
    refusal: Refusal | None = None


@renders("school/colleagues.html")
class Colleagues(Page, frozen=True):
    school_name: str
    colleagues: Sequence[Colleague]
    own: int
    waiting: Sequence[WaitingSignUp]
    refusal: Refusal | None = None


@get("/mon-college", opt=may("college.keep"))
async def own_college(person: AsTeacher, now: Now) -> Template:
    shown = OwnCollege(
        school_name=person.school_name,
        visa=await visa_of(person.school),
        outings_since=await outings_given_at(person.school, now=now),
        waiting=len(await waiting_in(person.school)),
        left=len(await left_behind(person.school, school_year=school_year_of(now), now=now)),
        programs=sum(one.ended_at is None for one in await applications_of(person)),
    )
    return page(shown)


@post("/mon-college", opt=may("college.keep") | FRESH)
@form_act(SetVisa, page=own_college.fn)
async def change_own_college(asked: SetVisa, person: AsTeacher, now: Now) -> Redirect:
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
async def ask_mailbox_again(person: AsTeacher, now: Now) -> Redirect:
    asked = await ask_again(person.school, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done("/mon-college", "adresse-redemandee" if asked else "college-change")


@post("/mon-college/sorties", opt=may("college.keep"))
@form_act(Act, page=own_college.fn)
async def send_outings(person: AsTeacher, now: Now) -> Redirect:
    await give_outings(person.school, by=person.account, token=secrets.token_urlsafe(32), now=now)
    return done("/mon-college", "sorties-envoyees")


@post("/mon-college/sorties/revocation", opt=may("college.keep"))
async def end_outings(person: AsTeacher, now: Now) -> Redirect:
    await revoke_outings(person.school, by=person.account, now=now)
    return done("/mon-college", "sorties-fermees")


@get(LEFT_BEHIND, opt=may("college.keep"))
async def list_left_behind(person: AsTeacher, now: Now) -> Template:
    left = await left_behind(person.school, school_year=school_year_of(now), now=now)
    return page(LeftBehind(person.school_name, left))


@post(f"{LEFT_BEHIND}/{{group:int}}/reprise", opt=may("college.keep"))
@form_act(Act, page=list_left_behind.fn)
async def take_left_group(group: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    visits = await take_over(group, school=person.school, by=person.account, now=now)
    return done(LEFT_BEHIND, "groupe-et-visites-repris" if visits else "groupe-laisse-repris")


@get("/mon-college/collegues", opt=may("college.keep"))
async def list_colleagues(person: AsTeacher) -> Template:
    return await _colleagues_page(person)


async def _colleagues_page(person: Teacher, *, refusal: Refusal | None = None) -> Template:
    shown = Colleagues(
        school_name=person.school_name,
        colleagues=await colleagues_of(person.school, role=person.role),
        own=person.account,
        waiting=await waiting_in(person.school),
        refusal=refusal,
    )
    return page(shown, status=refusal.status if refusal else 200)


@post("/mon-college/collegues/{number:int}/confirmation", opt=may("college.keep") | FRESH)
async def confirm_colleague(
    number: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Template | Redirect:
    try:
        await confirm(
            number,
            by=person.account,
            school=person.school,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    except SignUpAnswered as no:
        return await _colleagues_page(person, refusal=no)
    return done("/mon-college/collegues", "inscription-confirmee")


@post("/mon-college/collegues/{number:int}/refus", opt=may("college.keep") | FRESH)
async def refuse_colleague(number: FromPath[int], person: AsTeacher, now: Now) -> Template | Redirect:
    try:
        await refuse(number, by=person.account, school=person.school, now=now)
    except SignUpAnswered as no:
        return await _colleagues_page(person, refusal=no)
    return done("/mon-college/collegues", "inscription-refusee")
