"""Where each target stands, as one table that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from booking.spreadsheet import Line, about_file, told_file
from booking.wording import PROGRAMMES
from workshops.events.record import record
from workshops.results.queries import Progress, progress

TITLE = "Objectifs"
FILTER = "chaque objectif, de son premier à son dernier jour"
HEADER = (
    *("Dispositif", "Objectif", "Unité", "À atteindre", "Premier jour", "Dernier jour"),
    *(
        "Fait",
        "Dont déclaré",
        "Inscrit",
        "Prévu",
        "Rythme régulier",
        "À la fin, au rythme présent",
        "État",
        "Règle de comptage",
    ),
)


async def export_targets(*, form: str, by: int, now: datetime) -> bytes:
    """The board's targets as `csv` or `xlsx`: the figures of the day, an empty cell for what is not followed."""
    lines = [HEADER, *_lines(await progress(now=now))]
    await record(
        "counts_exported", by=by, about_kind="results", about=None, detail=f"{TITLE}, {FILTER}, {form}", now=now
    )
    return await asyncio.to_thread(told_file, form, TITLE, lines, about_file("Tableau", TITLE, FILTER, now=now))


def _lines(stands: Sequence[Progress]) -> Iterator[Line]:
    for one in stands:
        target = one.target
        yield (
            *(PROGRAMMES.get(target.programme, target.programme), target.label, target.unit, target.target),
            *(target.from_on, target.to_on, one.done, one.declared, one.booked, one.planned, one.due, one.forecast),
            *("figé" if one.frozen else "provisoire", target.rule),
        )
