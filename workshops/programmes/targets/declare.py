"""Say where a target stands that the application does not count itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, typed
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import paris_day

KNOWN = "SELECT id FROM targets WHERE id = $1 AND declared FOR NO KEY UPDATE"
DECLARE = """
INSERT INTO declared_figures (target, figure, counted_on, source, recorded_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (target, counted_on) DO UPDATE SET
  figure = excluded.figure, source = excluded.source, recorded_at = excluded.recorded_at
"""


class DeclareFigure(Act, frozen=True, kw_only=True):
    """The whole that a target had reached on a day, and who says so."""

    figure: Annotated[
        int, Meta(ge=0, le=10_000_000, description="The whole reached by then.", extra={"label": "Total atteint"})
    ]
    counted_on: Annotated[date, Meta(description="The day that it counts to.", extra={"label": "À la date du"})]
    source: Annotated[
        str, typed("Source", "Which body says so, in which document; no person's name.", most=200, least=1)
    ]


async def declare(target: int, asked: DeclareFigure, *, by: int, now: datetime) -> None:
    """The whole reached on a day, with who says so; told again for the same day, it is replaced.

    Raises NotFound for a target that is counted by the application, Invalid.
    """
    if asked.counted_on > paris_day(now):
        raise Invalid({"counted_on": "Ce jour n'est pas encore passé."})
    async with transaction():
        if await value(KNOWN, target) is None:
            raise NotFound()
        await rows(DECLARE, target, asked.figure, asked.counted_on, asked.source, now)
        words = f"{asked.figure} au {asked.counted_on.isoformat()}, d'après : {asked.source}"
        await record("figure_declared", by=by, about_kind="target", about=target, words=words, now=now)
