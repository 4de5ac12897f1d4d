"""The coordinator keeps the list of partners, and the journal says who did."""

from __future__ import annotations

from datetime import date, datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.partners import welcome as members


async def welcome(
    *,
    kind: str,
    role: str,
    from_on: date,
    to_on: date | None,
    name: str = "",
    school: int | None = None,
    company: int | None = None,
    web: str = "",
    by: int,
    now: datetime,
) -> int:
    """A member of the consortium from a day on; returns its number. Raises Invalid, PartnerKnown."""
    async with transaction():
        made = await members.welcome(
            kind=kind, role=role, from_on=from_on, to_on=to_on, name=name, school=school, company=company, web=web
        )
        await record("partner_welcomed", by=by, about_kind="partner", about=made, detail=role, now=now)
        return made


async def change_partner(
    partner: int, *, role: str, from_on: date, to_on: date | None, name: str, web: str, by: int, now: datetime
) -> None:
    """Another role, other days, another address. Raises Invalid, NotFound, PartnerKnown."""
    async with transaction():
        await members.change_partner(partner, role=role, from_on=from_on, to_on=to_on, name=name, web=web)
        until = f" au {to_on.isoformat()}" if to_on else ""
        detail = f"{role}, du {from_on.isoformat()}{until}"
        await record("partner_changed", by=by, about_kind="partner", about=partner, detail=detail, now=now)


async def remove_partner(partner: int, *, by: int, now: datetime) -> None:
    """A partner was a mistake; one that leaves keeps its line. Raises NotFound."""
    async with transaction():
        await members.remove_partner(partner)
        await record("partner_removed", by=by, about_kind="partner", about=partner, now=now)
