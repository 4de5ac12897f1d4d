"""The companies that may be invited to sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.programme.company_years.queries import company_year, plan_of, years_of
from booking.programme.company_years.rules import COUNTING_RULE, CompanyYear, PlanMonth, hours_words
from booking.programme.coordination.queries import (
    CompanyLine,
    SchoolPerson,
    companies,
    count_companies,
    people_of_company,
)
from booking.visits.attendance.queries import withdrawn_since
from booking.words.wording import school_year_of
from booking.year.rules import year_under_way
from workshops.companies.queries import CompanyCard, company
from workshops.companies.register import AddCompany, RegisterCompany, add_company, register_company
from workshops.refusals import or_not_found

SHOWN = 100


@renders("office/companies.html")
class CompanyList(Page, frozen=True):
    """`left`: how many stand after this page; `withdrawn`: comings that were taken back this year, by their reason."""

    companies: Sequence[CompanyLine]
    withdrawn: Mapping[str, int]
    search: str
    in_all: int
    left: int
    next_page: str


@renders("office/new_company.html", acts={"asked": AddCompany})
class NewCompany(Page, frozen=True):
    """A company that is not known yet."""


@renders("office/company.html", acts={"asked": RegisterCompany})
class OneCompany(Page, frozen=True):
    """All that is known of a company: its people, and its school year as it reads it itself."""

    company: CompanyCard
    people: Sequence[SchoolPerson]
    done: CompanyYear
    plan: Sequence[PlanMonth]
    years: Sequence[str]
    lasting: Callable[[timedelta], str]
    rule: str
    now: datetime


@get("/gestion/entreprises", opt=may("companies.keep"))
async def list_companies(now: Now, q: FromQuery[str] = "", apres: Skipped = 0) -> Template:
    search = q.strip()[:80]
    in_all = await count_companies(search=search)
    skip = apres if apres < in_all else 0
    shown = CompanyList(
        companies=await companies(search=search, limit=SHOWN, skip=skip),
        withdrawn=await withdrawn_since(year_under_way(now).begins),
        search=search,
        in_all=in_all,
        left=max(0, in_all - skip - SHOWN),
        next_page="/gestion/entreprises?" + urlencode({"q": search, "apres": skip + SHOWN}),
    )
    return page(shown)


@get("/gestion/entreprises/nouvelle", opt=may("companies.keep"))
async def new_company() -> Template:
    return page(NewCompany())


@post("/gestion/entreprises", opt=may("companies.keep"))
@form_act(AddCompany, page=new_company.fn)
async def add_one_company(asked: AddCompany, person: AsCoordinator, now: Now) -> Redirect:
    await add_company(asked, by=person.account, now=now)
    return done("/gestion/entreprises", "entreprise-enregistree")


@get("/gestion/entreprises/{number:int}", opt=may("companies.keep"))
async def one_company(number: FromPath[int], now: Now) -> Template:
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
    )
    return page(shown)


@post("/gestion/entreprises/{number:int}", opt=may("companies.keep"))
@form_act(RegisterCompany, page=one_company.fn)
async def change_company(asked: RegisterCompany, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    known = or_not_found(await company(number))
    await register_company(known.siret, asked, by=person.account, now=now)
    return done("/gestion/entreprises", "entreprise-enregistree")
