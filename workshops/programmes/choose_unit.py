"""P-TECH's lycéens can be counted in two units: say which one is the official figure."""

from __future__ import annotations

from datetime import datetime

from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.programmes.metrics import other_units
from workshops.refusals import NotFound

LOCKED = "SELECT id FROM targets WHERE programme = $1 AND metric = ANY($2) ORDER BY id FOR NO KEY UPDATE"
CHOOSE = "UPDATE targets SET official = (metric = $3) WHERE programme = $1 AND metric = ANY($2)"
KNOWN = "SELECT id, label FROM targets WHERE programme = $1 AND metric = $2"


async def choose_official_unit(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """Of two ways to count the same people, the one that the programme answers for; the other stays beside it.

    Raises NotFound when it has no other unit, or is not set.
    """
    units = [metric, *other_units(programme, metric)]
    async with transaction():
        chosen = await row(KNOWN, programme, metric)
        if len(units) == 1 or chosen is None:
            raise NotFound()
        await rows(LOCKED, programme, units)
        await rows(CHOOSE, programme, units, metric)
        label = chosen["label"]
        await record("unit_chosen", by=by, about_kind="target", about=chosen["id"], detail=label, now=now)
