"""The coordinator makes a company or an object known, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from workshops.companies.register import register
from workshops.database import transaction
from workshops.events.record import record
from workshops.tech_objects.describe import describe


async def register_company(
    *, siret: str, name: str, trade: str = "", commune: str = "", department: str = "", by: int, now: datetime
) -> int:
    """A company may be invited from now on, or has its card corrected; returns its number. Raises Invalid."""
    async with transaction():
        made = await register(siret=siret, name=name, trade=trade, commune=commune, department=department)
        await record("company_registered", by=by, about_kind="company", about=made, now=now)
        return made


async def describe_object(
    *, name: str, summary: str, minutes: int, tech_object: int | None = None, by: int, now: datetime
) -> int:
    """Workshops may offer this object, or its card is corrected; returns its number. Raises Invalid, NotFound."""
    async with transaction():
        made = await describe(name=name, summary=summary, minutes=minutes, tech_object=tech_object)
        await record("object_described", by=by, about_kind="object", about=made, now=now)
        return made
