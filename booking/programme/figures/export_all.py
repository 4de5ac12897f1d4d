"""Every count of a period as one file that leaves the application, and the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from booking.presentation.spreadsheet import Line, about_file, told_file
from booking.programme.figures.periods import BEFORE_WORDS, Before, Period
from workshops.events.record import record
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
    "Personnes venues",
    "Dont élèves déclarés",
    "Dont visites déclarées",
    "Dont élèves d'ULIS",
)


async def export_counts(period: Period, before: Before | None = None, *, form: str, by: int, now: datetime) -> bytes:
    """The pupils, objects and companies of a period as `csv` or `xlsx`: exact counts, no name of a pupil.

    The months and years `before` the target have headings of their own.
    """
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now)
    detail = f"Bilan, {period.words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    about = about_file("Répartition", "Bilan", period.words, now=now)
    return await asyncio.to_thread(told_file, form, "Bilan", [HEADER, *_lines(counts, before)], about)


def _lines(counts: Breakdown, before: Before | None) -> Iterator[Line]:
    for name, found in (
        ("Lycée", counts.lycees),
        ("Collège", counts.colleges),
        ("Département", counts.departments),
        ("Niveau", counts.levels),
        ("Mois", counts.months),
        ("Année scolaire", counts.years),
        (f"Mois, {BEFORE_WORDS}", [one for one in before.months if one.visits] if before else ()),
        (f"Année scolaire, {BEFORE_WORDS}", [one for _, one in before.years] if before else ()),
    ):
        for one in found:
            counts_of = (one.pupils, one.groups, one.visits)
            yield (
                name,
                one.key,
                one.label,
                *counts_of,
                *([None] * 5),
                one.declared_pupils,
                one.declared_visits,
                one.ulis,
            )
    for came in counts.companies:
        people = came.people if came.visits > came.declared_visits else None
        yield (
            *("Entreprise", came.siret, came.name, None, None, came.visits, *([None] * 4), people),
            *(None, came.declared_visits, None),
        )
    for built in counts.objects:
        yield (
            "Objet",
            built.id,
            built.name,
            None,
            built.groups,
            None,
            *((built.made, built.finished, built.working, built.taken_home) if built.counted else [None] * 4),
            *(None, None, built.declared_groups, None),
        )
