"""A member of the consortium: a lycée's and a company's stands on its own page, another body's on this one.

Notre fiche: what somebody of the consortium reads of her own body, and of its school year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import company_in
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.outbox.journal.queries import Told, latest_about
from booking.people.accounts.queries import OfPartner
from booking.programme.consortium.queries import Member, consortium
from booking.programme.coordination.queries import SchoolPerson, people_of_partner
from booking.web.office.companies import company_page
from booking.web.office.register import NEW_BODY, body_form
from booking.web.office.schools import school_page
from booking.words.wording import paris, school_year_of
from workshops.partners.queries import PartnerCard, partner
from workshops.partners.rules import KINDS, PartnerKind
from workshops.partners.welcome import ChangePartner, WelcomePartner, change_partner, remove_partner, welcome
from workshops.refusals import or_not_found


@renders("office/partner.html", acts={"joins": WelcomePartner})
class OnePartner(Page, frozen=True):
    """A body that is neither a lycée nor a company: what it does in a school year, its people, what was `told` of it.

    `member_seen` is None for one that is not of the consortium today.
    """

    member: PartnerCard
    member_seen: Member | None
    people: Sequence[SchoolPerson]
    told: Sequence[Told]
    kinds: Mapping[str, str]
    year: str
    today: date


async def _company(form: Form) -> int | None:
    """The company that was chosen or typed, if any."""
    found = await company_in(form, required=False)
    return found.id if found else None


async def where_it_joins(form: Form, now: Now) -> Template:
    """The page from which a partner was added: that of a lycée, of a company, or of whoever is not known yet."""
    if form.typed.get("kind") == PartnerKind.LYCEE and form.typed.get("school", "").isdecimal():
        return await school_page(int(form.typed["school"]), now)
    company = await _company(form) if form.typed.get("kind") == PartnerKind.ENTREPRISE else None
    return await company_page(company, now) if company else await body_form()


@post("/gestion/partenaires", opt=may("partners.keep") | {"form_on": NEW_BODY})
@form_act(WelcomePartner, page=where_it_joins, company=_company)
async def add_partner(asked: WelcomePartner, person: AsCoordinator, now: Now) -> Redirect:
    number = await welcome(asked, by=person.account, now=now)
    return done(page_of(or_not_found(await partner(number))), "partenaire-enregistre")


def page_of(card: PartnerCard) -> str:
    """Where everything about a partner stands."""
    if card.school is not None:
        return f"/gestion/etablissements/{card.school}"
    return f"/gestion/entreprises/{card.company}" if card.company is not None else f"/gestion/partenaires/{card.id}"


@get("/gestion/partenaires/{number:int}", opt=may("partners.keep"))
async def one_partner(number: FromPath[int], now: Now) -> Template | Redirect:
    card = or_not_found(await partner(number))
    if (there := page_of(card)) != f"/gestion/partenaires/{number}":
        return Redirect(there, status_code=301)
    return await everything_of(number, now)


async def everything_of(number: FromPath[int], now: Now) -> Template:
    """The page of whom a partner is."""
    card = or_not_found(await partner(number))
    if card.school is not None:
        return await school_page(card.school, now)
    if card.company is not None:
        return await company_page(card.company, now)
    shown = OnePartner(
        member=card,
        member_seen=await _seen(card, now),
        people=await people_of_partner(number),
        told=await latest_about("partner", number),
        kinds=KINDS,
        year=school_year_of(now),
        today=paris(now).date(),
    )
    return page(shown)


async def _seen(card: PartnerCard, now: datetime) -> Member | None:
    return next((one for one in await consortium(now=now) if one.card.id == card.id), None)


@post("/gestion/partenaires/{number:int}", opt=may("partners.keep"))
@form_act(ChangePartner, page=everything_of)
async def correct_partner(asked: ChangePartner, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await change_partner(number, asked, by=person.account, now=now)
    return done(page_of(or_not_found(await partner(number))), "partenaire-enregistre")


@post("/gestion/partenaires/{number:int}/retrait", opt=may("partners.keep"))
async def drop_partner(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    known = or_not_found(await partner(number))
    await remove_partner(number, by=person.account, now=now)
    there = page_of(known)
    gone = there == f"/gestion/partenaires/{number}"
    return done("/gestion/repertoire?type=partenaire" if gone else there, "partenaire-retire")


@renders("office/own_partner.html")
class OwnPartner(Page, frozen=True):
    """`member_seen` is None for a body that is not of the consortium today."""

    card: PartnerCard
    member_seen: Member | None
    kinds: dict[str, str]
    year: str
    today: date


@get("/partenaire", opt=may("partner.read") | DECIDES_NOTHING)
async def own_partner(person: AnyOf[OfPartner], now: Now) -> Template:
    card = or_not_found(await partner(person.partner))
    return page(OwnPartner(card, await _seen(card, now), KINDS, school_year_of(now), paris(now).date()))
