"""The coordinator types the figure of a target, or says which unit is official; the journal says who did."""

from __future__ import annotations

from datetime import date, datetime

from workshops.database import transaction
from workshops.events.record import record
from workshops.programmes.choose_unit import choose_unit
from workshops.programmes.declare import declare


async def declare_figure(target: int, *, figure: int, counted_on: date, source: str, by: int, now: datetime) -> None:
    """The whole that a target has reached on a day, with its source. Raises NotFound, Invalid."""
    async with transaction():
        await declare(target, figure=figure, counted_on=counted_on, source=source, now=now)
        detail = f"{figure} au {counted_on.isoformat()}, d'après : {source.strip()}"
        await record("figure_declared", by=by, about_kind="target", about=target, detail=detail, now=now)


async def choose_official_unit(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """Of two ways to count the same people, the one that the programme answers for. Raises NotFound."""
    async with transaction():
        chosen, label = await choose_unit(programme, metric)
        await record("unit_chosen", by=by, about_kind="target", about=chosen, detail=label, now=now)
