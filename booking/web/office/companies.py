"""The companies that may be invited to sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from booking.day.certificates.queries import years_attended
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.coordination.queries import (
    CompanyLine,
    SchoolPerson,
    companies,
    count_companies,
    people_of_company,
)
from booking.visits.attendance.queries import Coming, comings_of, withdrawn_since
from booking.year.rules import year_under_way
from workshops.companies.queries import CompanyCard, company, company_by_siret
from workshops.companies.register import register_company
from workshops.refusals import Invalid, or_not_found

SHOWN = 100
MOST = 1_000_000
COMINGS_SHOWN = 10
STATES = {
    "asked": ("wait", "Attend l'accord du lycée"),
    "announced": ("ok", "Annoncée"),
    "withdrawn": ("off", "Retirée par l'entreprise"),
    "declined": ("bad", "Déclinée par le lycée"),
    "called_off": ("bad", "Séance annulée"),
    "lapsed": ("off", "Restée sans réponse"),
}


@dataclass(frozen=True)
class CompanyList(Page, template="office/companies.html"):
    """`left`: how many stand after this page; `withdrawn`: comings that were taken back this year, by their reason."""

    companies: Sequence[CompanyLine]
    withdrawn: Mapping[str, int]
    search: str
    in_all: int
    left: int
    next_page: str


@dataclass(frozen=True)
class CompanyForm(Page, template="office/company.html"):
    """`years`: those of which the company may have a certificate; `comings`: the latest sessions that it announced."""

    company: CompanyCard | None
    form: Form | None = None
    years: Sequence[str] = ()
    people: Sequence[SchoolPerson] = ()
    comings: Sequence[Coming] = ()
    states: Mapping[str, tuple[str, str]] = field(default_factory=lambda: STATES)


@get("/gestion/entreprises", opt=COORDINATOR)
async def list_companies(
    now: NamedDependency[datetime],
    q: FromQuery[str] = "",
    apres: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0,
) -> Template:
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


@get("/gestion/entreprises/nouvelle", opt=COORDINATOR)
async def new_company() -> Template:
    return page(CompanyForm(company=None))


@get("/gestion/entreprises/{number:int}", opt=COORDINATOR)
async def one_company(number: FromPath[int]) -> Template:
    return await _company_page(await _known(number))


async def _company_page(known: CompanyCard, *, status: int = 200, form: Form | None = None) -> Template:
    shown = CompanyForm(
        company=known,
        form=form,
        years=await years_attended(known.id),
        people=await people_of_company(known.id),
        comings=await comings_of(known.id, limit=COMINGS_SHOWN),
    )
    return page(shown, status=status)


@post("/gestion/entreprises", opt=COORDINATOR)
async def add_company(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    siret = form.text("siret", label="SIRET", most=20)
    known = await company_by_siret(siret)
    if known is not None:
        form.errors["siret"] = f"Ce SIRET est déjà celui de {known.name} : corrigez sa fiche."
    return await _keep(form, siret, None, person, now)


@post("/gestion/entreprises/{number:int}", opt=COORDINATOR)
async def change_company(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    known = await _known(number)
    return await _keep(Form(await request.form()), known.siret, known, person, now)


async def _known(number: int) -> CompanyCard:
    return or_not_found(await company(number))


async def _keep(
    form: Form, siret: str, known: CompanyCard | None, person: Coordinator, now: datetime
) -> Template | Redirect:
    try:
        name = form.text("name", label="Nom de l'entreprise", most=160)
        trade = form.text("trade", label="Métier", most=120, required=False)
        commune = form.text("commune", label="Commune", most=80, required=False)
        department = form.text("department", label="Département", most=3, required=False)
        form.refuse_if_wrong()
        await register_company(
            siret=siret, name=name, trade=trade, commune=commune, department=department, by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        if known is not None:
            return await _company_page(known, status=422, form=form)
        return page(CompanyForm(company=None, form=form), status=422)
    return done("/gestion/entreprises", "entreprise-enregistree")
