"""A lycée shows a workshop to collèges or takes it back, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from workshops.catalogue.publish import publish, withdraw
from workshops.database import transaction
from workshops.events.record import record


async def publish_workshop(workshop: int, *, host_school: int, by: int, now: datetime) -> None:
    """Collèges may find this workshop: its safety sheet is complete. Raises NotFound, SheetIncomplete, NoObject."""
    async with transaction():
        await publish(workshop, host_school=host_school)
        await record("workshop_published", by=by, about_kind="workshop", about=workshop, now=now)


async def withdraw_workshop(workshop: int, *, host_school: int, by: int, now: datetime) -> None:
    """No new slot in this workshop; those already open stay. Raises NotFound."""
    async with transaction():
        await withdraw(workshop, host_school=host_school)
        await record("workshop_withdrawn", by=by, about_kind="workshop", about=workshop, now=now)
