"""Which companies are known."""

from __future__ import annotations

from dataclasses import dataclass

from workshops.database import row, rows

ONE = "SELECT id, siret, name, trade, commune, department FROM companies WHERE id = $1"
BY_SIRET = "SELECT id, siret, name, trade, commune, department FROM companies WHERE siret = $1"
ALL = "SELECT id, siret, name, trade, commune, department FROM companies ORDER BY name, siret"

# Two companies are of one trade when their words are the same but for case, accents and spaces.
TRADE_KEY = r"""left(lower(btrim(regexp_replace(regexp_replace(normalize({trade}, NFKD), '[\u0300-\u036f]', '', 'g'),
  '\s+', ' ', 'g'))), 120)"""


@dataclass(frozen=True)
class CompanyCard:
    """A company as a list names it."""

    id: int
    siret: str
    name: str
    trade: str
    commune: str
    department: str


async def company(number: int) -> CompanyCard | None:
    """One company by its number here."""
    found = await row(ONE, number)
    return None if found is None else CompanyCard(**dict(found))


async def company_by_siret(siret: str) -> CompanyCard | None:
    """One company by its SIRET, spaces allowed."""
    found = await row(BY_SIRET, "".join(siret.split()))
    return None if found is None else CompanyCard(**dict(found))


async def companies() -> list[CompanyCard]:
    """Every company, by name."""
    return [CompanyCard(**dict(one)) for one in await rows(ALL)]
