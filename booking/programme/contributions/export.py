"""What was given, as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from booking.presentation.spreadsheet import ColumnSays, Line, about_file, told_file
from booking.programme.contributions.rules import ACCOUNTS, ROUNDING, RULES, Given, LyceeGiven
from booking.words.files import DICTIONARY
from workshops.contributions.rules import FUNDING_KINDS, FundingEntry, FundingKind, Giver
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

LYCEES_TITLE = "Apports par lycée"
_OF_LYCEE = ("Lycéens", "Personnels", "Mobilisés en plus")
LYCEES_COLUMNS = {
    "UAI": "Numéro du lycée dans l'annuaire",
    "Lycée": "Son nom",
    "Commune": "Sa commune",
    "Visites closes": "Visites closes où des élèves sont venus",
    **{
        name: words
        for who in _OF_LYCEE
        for name, words in (
            (f"{who} (heures)", "Heures données"),
            (f"{who} (minutes)", "Les mêmes heures, en minutes"),
            (f"{who} (visites dites)", "Pour combien de ces visites le nombre de personnes est dit"),
        )
    },
}
# Whose hours the columns are, in their order.
_GIVERS = (Giver.LYCEENS, Giver.STAFF, Giver.LYCEES)


async def export_lycees(lycees: Sequence[LyceeGiven], *, words: str, form: str, by: int, now: datetime) -> bytes:
    """What each lycée gave in a period, of which `words` tell, as `csv`, its `dictionnaire`, or `xlsx`."""
    says = [ColumnSays(name, told) for name, told in LYCEES_COLUMNS.items()]
    rule = " ".join(RULES[giver].replace(" ({told})", "") for giver in _GIVERS)
    about = about_file("Tableau", LYCEES_TITLE, words, columns=says, rule=rule, now=now)
    if form == DICTIONARY:
        return told_file(form, LYCEES_TITLE, (), about)
    detail = f"{LYCEES_TITLE}, {words}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    lines: list[Line] = []
    for its in lycees:
        each = [cell for of_giver in zip(its.hours, its.minutes, its.told, strict=True) for cell in of_giver]
        lines.append((its.uai, its.name, its.commune, its.visits, *each))
    return await asyncio.to_thread(told_file, form, LYCEES_TITLE, [tuple(LYCEES_COLUMNS), *lines], about)


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
