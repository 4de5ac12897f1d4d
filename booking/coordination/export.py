"""The counts as a file that leaves the application, and the journal says who took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from booking.journal.write import write
from booking.spreadsheet import csv_of
from booking.wording import DEPARTMENTS
from workshops.results.queries import Breakdown, breakdown

HEADER = (
    "Répartition",
    "Code",
    "Libellé",
    "Élèves",
    "Groupes",
    "Visites",
    "Objets fabriqués",
    "Objets terminés",
    "Objets qui fonctionnent",
    "Objets emportés",
)

Line = tuple[str | int | None, ...]


async def export_counts(*, from_on: date, to_on: date, by: int, now: datetime) -> bytes:
    """The pupils received in a period as a CSV: exact counts, no name."""
    counts = await breakdown(from_on=from_on, to_on=to_on)
    period = f"{from_on.isoformat()} - {to_on.isoformat()}"
    await write("counts_exported", account=by, about_kind="results", about=None, detail=period, now=now)
    return csv_of([HEADER, *_lines(counts)])


def _lines(counts: Breakdown) -> Iterator[Line]:
    for name, found in (
        ("Lycée", counts.lycees),
        ("Collège", counts.colleges),
        ("Département", counts.departments),
        ("Niveau", counts.levels),
        ("Mois", counts.months),
    ):
        for one in found:
            label = DEPARTMENTS.get(one.key, one.label) if name == "Département" else one.label
            yield name, one.key, label, one.pupils, one.groups, one.visits, None, None, None, None
    for built in counts.objects:
        yield (
            "Objet",
            built.id,
            built.name,
            None,
            built.groups,
            None,
            built.made,
            built.finished,
            built.working,
            built.taken_home,
        )
