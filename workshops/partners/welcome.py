"""A partner joins the consortium, has its card corrected, leaves."""

from __future__ import annotations

from datetime import date, datetime

from workshops.database import row, transaction, value
from workshops.events.record import record, record_by
from workshops.partners.rules import PartnerKnown, refuse_partner
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


async def welcome(
    *,
    kind: str,
    role: str,
    from_on: date,
    to_on: date | None = None,
    name: str = "",
    school: int | None = None,
    company: int | None = None,
    web: str = "",
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A member of the consortium from a day on; returns its number. Raises Invalid, PartnerKnown.

    A lycée (`school`) and a company (`company`) are named as they are known here, other bodies by `name`.
    """
    name, role, web = " ".join(name.split()), " ".join(role.split()), web.strip()
    refuse_partner(
        kind=kind, name=name, role=role, web=web, from_on=from_on, to_on=to_on, school=school, company=company
    )
    async with transaction():
        name = await _name_of(school=school, company=company) or name
        if await value(LIKE_IT, 0, school, company, kind, name):
            raise PartnerKnown
        made = await value(ADD, kind, name, role, school, company, web, from_on, to_on, example)
        if made is None:
            raise PartnerKnown
        await record_by(by, "partner_welcomed", about_kind="partner", about=made, detail=role, now=now)
        return int(made)


async def _name_of(*, school: int | None, company: int | None) -> str | None:
    for field, asked, number in (("school", LYCEE, school), ("company", COMPANY, company)):
        if number is not None:
            found = await value(asked, number)
            if found is None:
                raise Invalid({field: "Choisissez dans la liste."})
            return str(found)[:160]
    return None


async def change_partner(
    partner: int,
    *,
    role: str,
    from_on: date,
    to_on: date | None,
    name: str = "",
    web: str = "",
    by: int,
    now: datetime,
) -> None:
    """Another role, other days, another address; the name of a body too. Raises Invalid, NotFound, PartnerKnown."""
    name, role, web = " ".join(name.split()), " ".join(role.split()), web.strip()
    async with transaction():
        known = or_not_found(await row(LOCKED, partner))
        place = {"school": known["school"], "company": known["company"]}
        refuse_partner(kind=known["kind"], name=name, role=role, web=web, from_on=from_on, to_on=to_on, **place)
        name = await _name_of(**place) or name
        if await value(LIKE_IT, partner, *place.values(), known["kind"], name):
            raise PartnerKnown
        said = Partner.update({Partner.name: name, Partner.role: role, Partner.web: web})
        await said.values({Partner.from_on: from_on, Partner.to_on: to_on}).where(Partner.id == partner)
        detail = f"{role}, du {from_on.isoformat()}{f' au {to_on.isoformat()}' if to_on else ''}"
        await record("partner_changed", by=by, about_kind="partner", about=partner, detail=detail, now=now)


async def remove_partner(partner: int, *, by: int, now: datetime) -> None:
    """A partner was a mistake: one that leaves keeps its line, with its last day. Raises NotFound."""
    async with transaction():
        if not await Partner.delete().where(Partner.id == partner).returning(Partner.id):
            raise NotFound
        await record("partner_removed", by=by, about_kind="partner", about=partner, now=now)
