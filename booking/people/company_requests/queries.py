"""The companies that wait for an answer."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.company_requests.tables import CompanyRequest
from workshops.database.row_types import row_as, rows_as

_ASKING = """SELECT q.id, q.siret, q.company_name, q.commune, q.contact_name, q.email, q.proposal, q.asked_at,
  coalesce(c.name, '') AS known_as
FROM company_requests q LEFT JOIN companies c ON c.siret = q.siret"""
AFTER = f"{_ASKING} WHERE q.id > $1 ORDER BY q.id LIMIT $2"
ONE = f"{_ASKING} WHERE q.id = $1"


class WaitingCompany(Struct, frozen=True):
    """A company that asks to join; `known_as`: its name where its SIRET is registered already."""

    id: int
    siret: str
    company_name: str
    commune: str
    contact_name: str
    email: str
    proposal: str
    asked_at: datetime
    known_as: str


async def asking_after(number: int = 0, *, limit: int) -> list[WaitingCompany]:
    """The requests by number: at most `limit` that follow this one."""
    return await rows_as(WaitingCompany, AFTER, number, limit)


async def asking_one(number: int) -> WaitingCompany | None:
    """One of them; None once it has its answer."""
    return await row_as(WaitingCompany, ONE, number)


async def count_asking() -> int:
    """How many wait."""
    return int(await CompanyRequest.count())
