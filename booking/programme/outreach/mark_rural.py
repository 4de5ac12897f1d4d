"""The coordinator says which schools stand in the country, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.wording import counted
from workshops.database import transaction
from workshops.events.record import record
from workshops.schools.mark_rural import mark_from_density, mark_rural

SAID = {True: "rural", False: "urbain", None: "non renseigné"}


async def mark(school: int, *, rural: bool | None, by: int, now: datetime) -> None:
    """One school, by hand. Raises NotFound."""
    async with transaction():
        await mark_rural(school, rural=rural)
        await record("school_marked", by=by, about_kind="school", about=school, detail=SAID[rural], now=now)


async def take_in_density(content: bytes, *, by: int, now: datetime) -> int:
    """Every school whose commune is in Insee's file; returns how many changed. Raises FileRefused."""
    async with transaction():
        changed = await mark_from_density(content)
        detail = counted(changed, "établissement")
        await record("density_imported", by=by, about_kind="school", about=None, detail=detail, now=now)
        return changed
