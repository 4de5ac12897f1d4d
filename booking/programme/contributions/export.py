"""What was given, as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from booking.presentation.spreadsheet import ColumnSays, Line, about_file, told_file
from booking.programme.contributions.rules import ACCOUNTS, ROUNDING, Given
from booking.words.files import DICTIONARY
from workshops.contributions.rules import FUNDING_KINDS, FundingEntry, FundingKind
from workshops.events.record import record

TITLE = "Apports"
# Each column of the file, and what it is.
COLUMNS = {
    "Ligne": "Qui donne des heures, ou quelle somme est dite",
    "Heures": "Heures données ; vide pour une somme",
    "Minutes": "Les mêmes heures, en minutes",
    "Taux horaire": "Ce que vaut une heure ; vide pour une somme",
    "Valeur (euros)": "Heures multipliées par leur taux, ou la somme dite",
    "À la date du": "Jour dont la somme est dite ; vide pour des heures",
    "Source": "D'où viennent le taux ou la somme",
    "Ce qui est compté": "Règle de comptage de la ligne, et ce qui lui manque",
}


async def export_given(given: Given, entries: list[FundingEntry], *, form: str, by: int, now: datetime) -> bytes:
    """The hours given and every sum that was told, as `csv`, its `dictionnaire`, or `xlsx`."""
    rule = f"{ROUNDING} {given.declared_words}".strip()
    says = [ColumnSays(name, words) for name, words in COLUMNS.items()]
    about = about_file("Tableau", TITLE, given.words, columns=says, rule=rule, now=now)
    if form == DICTIONARY:
        return told_file(form, TITLE, (), about)
    await record(
        "counts_exported", by=by, about_kind="results", about=None, detail=f"{TITLE}, {given.words}, {form}", now=now
    )
    lines: list[Line] = [
        (
            line.who,
            line.hours,
            line.minutes,
            line.rate,
            line.value,
            None,
            " ; ".join(line.sources),
            " ".join(filter(None, (line.rule, line.lacks))),
        )
        for line in given.lines
    ]
    sums: list[Line] = [
        (
            FUNDING_KINDS[FundingKind(entry.kind)],
            None,
            None,
            None,
            entry.euros,
            entry.counted_on,
            entry.source,
            ACCOUNTS,
        )
        for entry in entries
    ]
    return await asyncio.to_thread(told_file, form, TITLE, [tuple(COLUMNS), *lines, *sums], about)
