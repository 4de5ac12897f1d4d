"""A partner joins the consortium, has its card corrected, leaves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from asyncpg import IntegrityConstraintViolationError
from msgspec import Meta, field

from workshops.acts import Act, chosen, typed
from workshops.database import row, transaction, value
from workshops.events.record import record, record_by
from workshops.partners.rules import PartnerKind, PartnerKnown, PartnerRead, is_web, wrong_place
from workshops.partners.tables import Partner
from workshops.refusals import Invalid, NotFound, or_not_found

LYCEE = "SELECT name || ', ' || commune FROM schools WHERE id = $1 AND kind = 'lycee'"
COMPANY = "SELECT name FROM companies WHERE id = $1"
LIKE_IT = """
SELECT EXISTS (SELECT 1 FROM partners WHERE id <> $1 AND (
  school = $2 OR company = $3 OR (kind = $4 AND lower(name) = lower($5) AND kind NOT IN ('lycee', 'entreprise'))))
"""
ADD = """
INSERT INTO partners (kind, name, role, school, company, web, from_on, to_on, example)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id
"""
LOCKED = "SELECT kind, name, school, company FROM partners WHERE id = $1 FOR UPDATE"


class ChangePartner(Act, frozen=True, kw_only=True):
    """A partner between two days, both included; without an end it still is one. `name` is that of another body."""

    role: Annotated[str, typed("Rôle", "What it brings to the programme, in a sentence.", most=200, least=1)]
    from_on: Annotated[date, Meta(description="Its first day.", extra={"label": "Depuis le"})]
    to_on: Annotated[date, Meta(description="Its last day.", extra={"label": "Jusqu'au"})] | None = None
    name: Annotated[str, typed("Nom", "Of a body that is no lycée and no company.", most=160)] = ""
    web: Annotated[str, typed("Site", "An address that begins with https://.", most=200)] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        errors = {}
        if not is_web(self.web):
            errors["web"] = "Site : une adresse qui commence par https://."
        if self.to_on is not None and self.to_on < self.from_on:
            errors["to_on"] = "La fin vient avant le début."
        if errors:
            raise Invalid(errors)


class WelcomePartner(ChangePartner, frozen=True, kw_only=True):
    """`kind` lycee comes with `school_id`, entreprise with `company_id`, another body with `name`."""

    kind: Annotated[PartnerKind, Meta(description="What it is.", extra={"label": "Type"})]
    school: Annotated[int, chosen("Lycée", "The lycée that it is.")] | None = field(name="school_id", default=None)
    company: Annotated[int, chosen("Entreprise", "The company that it is.")] | None = field(
        name="company_id", default=None
    )


async def welcome(asked: WelcomePartner, *, example: bool = False, by: int | None, now: datetime) -> int:
    """A member of the consortium from a day on; returns its number. Raises Invalid, PartnerKnown.

    A lycée (`school`) and a company (`company`) are named as they are known here, other bodies by `name`.
    """
    kind, place = asked.kind, {"school": asked.school, "company": asked.company}
    if wrong := wrong_place(kind, name=asked.name, **place):
        raise Invalid(wrong)
    async with transaction():
        name = await _name_of(**place) or asked.name
        if await value(LIKE_IT, 0, *place.values(), kind, name):
            raise PartnerKnown
        said = (asked.web, asked.from_on, asked.to_on, example)
        made = await value(ADD, kind, name, asked.role, asked.school, asked.company, *said)
        if made is None:
            raise PartnerKnown
        await record_by(by, "partner_welcomed", about_kind="partner", about=made, detail=asked.role, now=now)
        return int(made)


async def _name_of(*, school: int | None, company: int | None) -> str | None:
    for place, asked, number in (("school", LYCEE, school), ("company", COMPANY, company)):
        if number is not None:
            found = await value(asked, number)
            if found is None:
                raise Invalid({place: "Choisissez dans la liste."})
            return str(found)[:160]
    return None


async def change_partner(partner: int, asked: ChangePartner, *, by: int, now: datetime) -> None:
    """Another role, other days, another address; the name of a body too. Raises Invalid, NotFound, PartnerKnown."""
    async with transaction():
        known = or_not_found(await row(LOCKED, partner))
        place = {"school": known["school"], "company": known["company"]}
        if wrong := wrong_place(known["kind"], name=asked.name, **place):
            raise Invalid(wrong)
        name = await _name_of(**place) or asked.name
        if await value(LIKE_IT, partner, *place.values(), known["kind"], name):
            raise PartnerKnown
        said = Partner.update({Partner.name: name, Partner.role: asked.role, Partner.web: asked.web})
        await said.values({Partner.from_on: asked.from_on, Partner.to_on: asked.to_on}).where(Partner.id == partner)
        until = f" au {asked.to_on.isoformat()}" if asked.to_on else ""
        detail = f"{asked.role}, du {asked.from_on.isoformat()}{until}"
        await record("partner_changed", by=by, about_kind="partner", about=partner, detail=detail, now=now)


async def remove_partner(partner: int, *, by: int, now: datetime) -> None:
    """A partner was a mistake: one that leaves keeps its line, with its last day. Raises NotFound, PartnerRead."""
    try:
        async with transaction():
            if not await Partner.delete().where(Partner.id == partner).returning(Partner.id):
                raise NotFound
            await record("partner_removed", by=by, about_kind="partner", about=partner, now=now)
    except IntegrityConstraintViolationError:
        raise PartnerRead from None
