"""Who was received as a file that leaves the application, and the journal says who took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from booking.presentation.spreadsheet import about_file, told_file
from booking.programme.figures.periods import Period
from workshops.equity.base_rates import BaseRates, share_of
from workshops.equity.queries import Equity, Received, equity
from workshops.events.record import record

HEADER = (
    "Répartition",
    "Code",
    "Libellé",
    "Élèves",
    "Groupes",
    "Élèves comptés filles et garçons",
    "Filles",
    "Garçons",
    "Collèges publics connus",
    "Collèges publics venus",
    "Dont élèves déclarés",
    "Part des élèves (%)",
    "Part de tous les collégiens (%)",
)
HEADINGS = {
    "priorities": "Éducation prioritaire",
    "settings": "Commune du collège",
    "departments": "Département",
    "levels": "Niveau",
    "lycees": "Lycée",
}

Cell = str | int | None


async def export_equity(period: Period, base: BaseRates | None, *, by: int, now: datetime) -> bytes:
    """Who was received in a period as a CSV, beside all collégiens: exact counts, no name."""
    found = await equity(from_on=period.from_on, to_on=period.to_on)
    detail = f"Équité, {period.words}, csv"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    about = about_file("Répartition", "Équité", period.words, now=now)
    return told_file("csv", "Équité", [HEADER, *_lines(found, base)], about)


def _lines(found: Equity, base: BaseRates | None) -> Iterator[list[Cell]]:
    for name, heading in HEADINGS.items():
        reached = {one.key: one for one in found.reached.get(name, [])}
        received = {one.key: one for one in found.received[name]}
        for key in dict.fromkeys((*received, *reached)):
            came, known = received.get(key), reached.get(key)
            label = came.label if came else reached[key].label
            figures: list[Cell] = [came.pupils, came.groups, came.apart] if came else [0] * 3
            # Nobody was counted apart: how many girls came is not known, which is not none.
            figures += [came.girls, came.boys] if came and came.apart else [None, None]
            line = [heading, key, label, *figures, known.known if known else None, known.came if known else None]
            share = share_of(came or Received(key, label), found.whole)
            beside = base.share(name, key) if base and name in base.by else None
            yield [*line, came.declared_pupils if came else 0, share, beside]
    for band in found.bands:
        yield ["Distance", None, band.label, band.pupils, band.groups, *[None] * 8]
