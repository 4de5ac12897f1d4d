"""The consortium's list, as the coordinator keeps it.

Notre fiche: what somebody of the consortium reads of her own body, and of its school year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import Suggestions, company_in, suggested
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form, Skipped
from booking.door.http.answers import Page, done, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.people.accounts.queries import OfPartner
from booking.programme.consortium.queries import Member, consortium
from booking.words.wording import paris, school_year_of
from workshops.partners.queries import PartnerCard, partner, partners
from workshops.partners.rules import KINDS
from workshops.partners.welcome import ChangePartner, WelcomePartner, change_partner, remove_partner, welcome
from workshops.refusals import or_not_found
from workshops.schools.queries import lycees

SHOWN = 100


@renders("office/partners.html")
class PartnerList(Page, frozen=True):
    partners: Sequence[PartnerCard]
    kinds: Mapping[str, str]
    today: date
    in_all: int
    left: int
    next_page: str


@renders("office/partner.html", acts={"asked": WelcomePartner})
class PartnerForm(Page, frozen=True):
    partner: PartnerCard | None
    kinds: Mapping[str, str]
    lycees: Mapping[str, str]
    companies: Suggestions


@get("/gestion/partenaires", opt=may("partners.keep"))
async def list_partners(now: Now, apres: Skipped = 0) -> Template:
    known = await partners()
    skip = apres if apres < len(known) else 0
    shown = PartnerList(
        partners=known[skip : skip + SHOWN],
        kinds=KINDS,
        today=paris(now).date(),
        in_all=len(known),
        left=max(0, len(known) - skip - SHOWN),
        next_page=f"/gestion/partenaires?apres={skip + SHOWN}",
    )
    return page(shown)


@get("/gestion/partenaires/nouveau", opt=may("partners.keep"))
async def new_partner() -> Template:
    return await new_partner_form(None)


async def new_partner_form(form: Form | None) -> Template:
    schools = {"": "Aucun"} | {str(lycee.id): f"{lycee.commune}, {lycee.name}" for lycee in await lycees()}
    return page(PartnerForm(partner=None, kinds=KINDS, lycees=schools, companies=await suggested(form)))


async def _company(form: Form) -> int | None:
    """The company that was chosen or typed, if any."""
    found = await company_in(form, required=False)
    return found.id if found else None


@post("/gestion/partenaires", opt=may("partners.keep"))
@form_act(WelcomePartner, page=new_partner_form, company=_company)
async def add_partner(asked: WelcomePartner, person: AsCoordinator, now: Now) -> Redirect:
    await welcome(asked, by=person.account, now=now)
    return done("/gestion/partenaires", "partenaire-enregistre")


@get("/gestion/partenaires/{number:int}", opt=may("partners.keep"))
async def one_partner(number: FromPath[int]) -> Template:
    """What somebody is stays: only a new partner chooses among the lycées and the companies."""
    known = or_not_found(await partner(number))
    return page(PartnerForm(partner=known, kinds=KINDS, lycees={}, companies=Suggestions([], [])))


@post("/gestion/partenaires/{number:int}", opt=may("partners.keep"))
@form_act(ChangePartner, page=one_partner.fn)
async def correct_partner(asked: ChangePartner, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await change_partner(number, asked, by=person.account, now=now)
    return done("/gestion/partenaires", "partenaire-enregistre")


@post("/gestion/partenaires/{number:int}/retrait", opt=may("partners.keep"))
async def drop_partner(number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await remove_partner(number, by=person.account, now=now)
    return done("/gestion/partenaires", "partenaire-retire")


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
    member = next((one for one in await consortium(now=now) if one.card.id == card.id), None)
    return page(OwnPartner(card, member, KINDS, school_year_of(now), paris(now).date()))
