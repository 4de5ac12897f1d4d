"""Add a company, or correct the one with this SIRET."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from workshops.acts import Act, typed
from workshops.companies.queries import company_by_siret
from workshops.companies.rules import wrong_department, wrong_siret
from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid

REGISTER = """
INSERT INTO companies (siret, name, trade, commune, department, example) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (siret) DO UPDATE SET
  name = excluded.name, trade = excluded.trade, commune = excluded.commune, department = excluded.department
RETURNING id
"""
# The fields of every act about a company, whoever types them.
Siret = Annotated[
    str,
    typed("SIRET", "14 digits, spaces allowed: it names a place, not a group.", most=20, least=1, check=wrong_siret),
]
CompanyName = Annotated[str, typed("Nom de l'entreprise", "The company's name.", most=160, least=1)]
Commune = Annotated[str, typed("Commune", "Where the company is.", most=80)]


class RegisterCompany(Act, frozen=True, kw_only=True):
    """A company under its SIRET."""

    name: CompanyName
    trade: Annotated[str, typed("Métier", "What it does, in words.", most=120)] = ""
    commune: Commune = ""
    department: Annotated[str, typed("Département", "Its number, for example 25.", most=3, check=wrong_department)] = ""


class AddCompany(RegisterCompany, frozen=True, kw_only=True):
    """A company that is not known yet."""

    siret: Siret


async def add_company(asked: AddCompany, *, by: int | None, now: datetime) -> int:
    """The same for a company that nobody has registered before. Raises Invalid."""
    known = await company_by_siret(asked.siret)
    if known is not None:
        raise Invalid({"siret": f"Ce SIRET est déjà celui de {known.name} : corrigez sa fiche."})
    return await register_company(asked.siret, asked, by=by, now=now)


async def register_company(
    siret: str, asked: RegisterCompany, *, example: bool = False, by: int | None, now: datetime
) -> int:
    """A company may be invited from now on, or has its card corrected; returns its number. Raises Invalid.

    It is known by its SIRET, spaces allowed.
    """
    siret = "".join(siret.split())
    if wrong := wrong_siret(siret):
        raise Invalid({"siret": wrong})
    async with transaction():
        made = int(await value(REGISTER, siret, asked.name, asked.trade, asked.commune, asked.department, example))
        await record_by(by, "company_registered", about_kind="company", about=made, now=now)
        return made
