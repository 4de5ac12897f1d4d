"""Add a company, or correct the one with this SIRET."""

from __future__ import annotations

from datetime import datetime

from workshops.companies.rules import is_siret
from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid

REGISTER = """
INSERT INTO companies (siret, name, trade, commune, department, example) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (siret) DO UPDATE SET
  name = excluded.name, trade = excluded.trade, commune = excluded.commune, department = excluded.department
RETURNING id
"""


async def register_company(
    *,
    siret: str,
    name: str,
    trade: str = "",
    commune: str = "",
    department: str = "",
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A company may be invited from now on, or has its card corrected; returns its number. Raises Invalid.

    It is known by its SIRET, spaces allowed.
    """
    siret = "".join(siret.split())
    errors = {}
    if not is_siret(siret):
        errors["siret"] = "Ce SIRET n'est pas valable : 14 chiffres, dont le dernier est une clé."
    if not name.strip() or len(name.strip()) > 160:
        errors["name"] = "Donnez le nom de l'entreprise, en 160 caractères au plus."
    if len(trade) > 120:
        errors["trade"] = "Décrivez le métier en 120 caractères au plus."
    if len(commune) > 80:
        errors["commune"] = "Donnez la commune en 80 caractères au plus."
    if len(department) > 3:
        errors["department"] = "Donnez le numéro du département."
    if errors:
        raise Invalid(errors)
    async with transaction():
        card = (name.strip(), trade.strip(), commune.strip(), department)
        made = int(await value(REGISTER, siret, *card, example))
        await record_by(by, "company_registered", about_kind="company", about=made, now=now)
        return made
