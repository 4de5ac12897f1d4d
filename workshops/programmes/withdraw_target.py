"""Take back a target that the programme does not count itself and no longer answers for."""

from __future__ import annotations

from workshops.database import row, rows, transaction
from workshops.refusals import NotFound

KNOWN = "SELECT id, label FROM targets WHERE programme = $1 AND metric = $2 AND declared FOR UPDATE"
FIGURES = "DELETE FROM declared_figures WHERE target = $1 RETURNING figure, counted_on"
WITHDRAW = "DELETE FROM targets WHERE id = $1"


async def withdraw_target(programme: str, metric: str) -> tuple[int, str, int]:
    """It leaves the board and the public page, with the figures typed for it.

    Returns its number, its words and how many figures went. Raises NotFound for a target that the application counts.
    """
    async with transaction():
        known = await row(KNOWN, programme, metric)
        if known is None:
            raise NotFound()
        figures = await rows(FIGURES, known["id"])
        await rows(WITHDRAW, known["id"])
    return int(known["id"]), str(known["label"]), len(figures)
