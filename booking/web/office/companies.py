"""A company's page: all that is known of it, in one place, and what the coordination does there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.choose import commune_in
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.outbox.journal.queries import Told, latest_about
from booking.programme.company_years.queries import company_year, plan_of, years_of
from booking.programme.company_years.rules import COUNTING_RULE, CompanyYear, PlanMonth, hours_words
from booking.programme.coordination.queries import SchoolPerson, people_of_company
from booking.web.office.register import NEW, company_form
from booking.words.wording import paris, school_year_of
from workshops.companies.queries import CompanyCard, company, known_places
from workshops.companies.register import AddCompany, RegisterCompany, add_company, register_company
from workshops.partners.queries import PartnerCard, partner_that_is
from workshops.partners.welcome import WelcomePartner
from workshops.refusals import or_not_found


@renders("office/company.html", acts={"asked": RegisterCompany, "joins": WelcomePartner})
class OneCompany(Page, frozen=True):
    """All that is known of a company: its people, its school year as it reads it itself, what it is in the consortium,
    and what was `told` of it."""

    company: CompanyCard
    people: Sequence[SchoolPerson]
    done: CompanyYear
    plan: Sequence[PlanMonth]
    years: Sequence[str]
    lasting: Callable[[timedelta], str]
    rule: str
    now: datetime
    member: PartnerCard | None
    told: Sequence[Told]
    today: date
    communes: Sequence[str]


@post("/gestion/entreprises", opt=may("companies.keep") | {"form_on": NEW})
@form_act(AddCompany, page=company_form, commune=partial(commune_in, required=False))
async def add_one_company(asked: AddCompany, person: AsCoordinator, now: Now) -> Redirect:
    number = await add_company(asked, by=person.account, now=now)
    return done(f"/gestion/entreprises/{number}", "entreprise-enregistree")


@get("/gestion/entreprises/{number:int}", opt=may("companies.keep"))
async def one_company(number: FromPath[int], now: Now) -> Template:
    return await company_page(number, now)


async def company_page(number: FromPath[int], now: Now) -> Template:
    """All that is known of a company."""
    year = school_year_of(now)
    shown = OneCompany(
        company=or_not_found(await company(number)),
        people=await people_of_company(number),
        done=await company_year(number, year=year),
        plan=await plan_of(number, year=year),
        years=await years_of(number, now=now),
        lasting=hours_words,
        rule=COUNTING_RULE,
        now=now,
        member=await partner_that_is(company=number),
        told=await latest_about("company", number),
        today=paris(now).date(),
        communes=(await known_places()).communes,
    )
    return page(shown)


async def _commune(form: Form, number: int) -> str:
    """One that stays as it stood is no mistake of whoever corrects the rest."""
    card = await company(number)
    return await commune_in(form, required=False, kept=card.commune if card else "")


@post("/gestion/entreprises/{number:int}", opt=may("companies.keep"))
@form_act(RegisterCompany, page=company_page, commune=_commune)
async def change_company(asked: RegisterCompany, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    known = or_not_found(await company(number))
    await register_company(known.siret, asked, by=person.account, now=now)
    return done(f"/gestion/entreprises/{number}", "entreprise-enregistree")
