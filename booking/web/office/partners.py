"""The consortium's list, as the coordinator keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from booking.door.forms.choose_company import Suggestions, company_in, suggested
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.words.wording import paris
from workshops.partners.queries import PartnerCard, partner, partners
from workshops.partners.rules import KINDS, PartnerKnown
from workshops.partners.welcome import change_partner, remove_partner, welcome
from workshops.refusals import Invalid, Refusal, or_not_found
from workshops.schools.queries import lycees

SHOWN = 100
MOST = 1_000_000


@dataclass(frozen=True)
class PartnerList(Page, template="office/partners.html"):
    partners: Sequence[PartnerCard]
    kinds: Mapping[str, str]
    today: date
    in_all: int
    left: int
    next_page: str


@dataclass(frozen=True)
class PartnerForm(Page, template="office/partner.html"):
    partner: PartnerCard | None
    kinds: Mapping[str, str]
    lycees: Mapping[str, str]
    companies: Suggestions
    form: Form | None = None
    refusal: Refusal | None = None


@get("/gestion/partenaires", opt=COORDINATOR)
async def list_partners(
    now: NamedDependency[datetime],
    apres: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0,
) -> Template:
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


@get("/gestion/partenaires/nouveau", opt=COORDINATOR)
async def new_partner() -> Template:
    return await _partner_page(None)


async def _partner_page(known: PartnerCard | None, *, status: int = 200, **more: Any) -> Template:
    # What somebody is stays: only a new partner chooses among the lycées and the companies.
    schools = {str(one.id): f"{one.commune}, {one.name}" for one in await lycees()} if known is None else {}
    companies = await suggested(more.get("form")) if known is None else Suggestions([], [])
    shown = PartnerForm(
        partner=known,
        kinds=KINDS,
        lycees={"": "Aucun"} | schools,
        companies=companies,
        **more,
    )
    return page(shown, status=status)


@get("/gestion/partenaires/{number:int}", opt=COORDINATOR)
async def one_partner(number: FromPath[int]) -> Template:
    return await _partner_page(await _known(number))


async def _known(number: int) -> PartnerCard:
    return or_not_found(await partner(number))


@post("/gestion/partenaires", opt=COORDINATOR)
async def add_partner(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    kind = form.choice("kind", KINDS, label="Type")
    school = form.whole("school", 1, 999_999, label="Lycée") if form.typed.get("school") else None
    company = await company_in(form, required=False)
    place = {"kind": kind, "school": school, "company": company.id if company else None}
    return await _keep(form, None, person, now, place)


@post("/gestion/partenaires/{number:int}", opt=COORDINATOR)
async def correct_partner(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    return await _keep(Form(await request.form()), await _known(number), person, now, {})


async def _keep(
    form: Form, known: PartnerCard | None, person: Coordinator, now: datetime, place: dict[str, Any]
) -> Template | Redirect:
    card: dict[str, Any] = {
        "name": form.text("name", label="Nom", most=160, required=False),
        "role": form.text("role", label="Rôle", most=200),
        "web": form.text("web", label="Site", most=200, required=False),
        "from_on": form.date("from_on", label="Depuis le"),
        "to_on": form.date("to_on", label="Jusqu'au") if form.typed.get("to_on") else None,
    }
    try:
        form.refuse_if_wrong()
        if known is None:
            await welcome(**place, **card, by=person.account, now=now)
        else:
            await change_partner(known.id, **card, by=person.account, now=now)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _partner_page(known, status=no.status, form=form)
    except PartnerKnown as no:
        return await _partner_page(known, status=no.status, form=form, refusal=no)
    return done("/gestion/partenaires", "partenaire-enregistre")


@post("/gestion/partenaires/{number:int}/retrait", opt=COORDINATOR)
async def drop_partner(
    number: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Redirect:
    await remove_partner(number, by=person.account, now=now)
    return done("/gestion/partenaires", "partenaire-retire")
