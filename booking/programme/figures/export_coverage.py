"""The coverage of a school year as a file that leaves the application, and the journal says who took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from booking.presentation.spreadsheet import about_file, told_file
from booking.programme.figures.of_departments import coverage_seen
from workshops.coverage.queries import CollegeCover
from workshops.coverage.rules import LEVELS_COUNTED
from workshops.events.record import record
from workshops.school_calendar.rules import year_words
from workshops.scope import Scope

RULE = (
    "Élèves reçus depuis leur 5e sur élèves inscrits ; qui vient deux fois compte deux fois : la part est un maximum."
)
ABOUT_LEVEL = ("inscrits", "reçus depuis la 5e", "part au plus (%)", "sans visite, au moins")

Cell = str | int | None


async def export_coverage(school_year: int, *, scope: Scope, by: int, now: datetime) -> bytes:
    """Each public collège with its classes of 5e, 4e and 3e as a CSV: counts, no name; an empty cell is not known, or
    not told to whoever reads for some départements."""
    found = await coverage_seen(school_year, scope=scope, now=now)
    words = year_words(school_year)
    detail = f"Couverture, {words}, csv"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    header = ("UAI", "Collège", "Commune", "Département")
    of_levels = tuple(f"{level} : {told}" for level in LEVELS_COUNTED for told in ABOUT_LEVEL)
    about = about_file("Tableau", "Couverture", words, rule=RULE, now=now)
    return told_file("csv", "Couverture", [(*header, *of_levels, "Effectifs"), *_lines(found)], about)


def _lines(found: list[CollegeCover]) -> Iterator[list[Cell]]:
    for one in found:
        line: list[Cell] = [one.uai, one.name, one.commune, one.department]
        for of in one.cohorts:
            line += [of.enrolled, of.received, of.share, of.without]
        yield [*line, "inventés" if one.example else "manquants" if one.leaving.enrolled is None else "officiels"]
