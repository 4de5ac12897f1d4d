"""The coordinator takes back a target added by mistake, or given up; the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.wording import counted
from workshops.database import transaction
from workshops.events.record import record
from workshops.programmes.withdraw_target import withdraw_target


async def drop_target(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """It leaves every page with the figures typed for it. Raises NotFound for a target that the application counts."""
    async with transaction():
        gone, label, figures = await withdraw_target(programme, metric)
        detail = f"{label}, avec {counted(figures, 'chiffre saisi', 'chiffres saisis')}" if figures else label
        await record("target_dropped", by=by, about_kind="target", about=gone, detail=detail, now=now)
