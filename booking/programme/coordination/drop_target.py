"""The coordinator takes back a target added by mistake, or given up; the journal says who did."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from booking.wording import counted
from workshops.database import transaction
from workshops.programmes.withdraw_target import withdraw_target


async def drop_target(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """It leaves every page with the figures typed for it. Raises NotFound for a target that the application counts."""
    async with transaction():
        gone, label, figures = await withdraw_target(programme, metric)
        detail = f"{label}, avec {counted(figures, 'chiffre saisi', 'chiffres saisis')}" if figures else label
        await write("target_dropped", account=by, about_kind="target", about=gone, detail=detail, now=now)
