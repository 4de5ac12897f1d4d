"""A lycée shows a workshop to collèges or takes it back, and the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from workshops.catalogue.publish import publish, withdraw
from workshops.database import transaction


async def publish_workshop(workshop: int, *, host_school: int, by: int, now: datetime) -> None:
    """Collèges may find this workshop: its safety sheet is complete. Raises NotFound, SheetIncomplete, NoObject."""
    async with transaction():
        await publish(workshop, host_school=host_school)
        await write("workshop_published", account=by, about_kind="workshop", about=workshop, now=now)


async def withdraw_workshop(workshop: int, *, host_school: int, by: int, now: datetime) -> None:
    """No new slot in this workshop; those already open stay. Raises NotFound."""
    async with transaction():
        await withdraw(workshop, host_school=host_school)
        await write("workshop_withdrawn", account=by, about_kind="workshop", about=workshop, now=now)
