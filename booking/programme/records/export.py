"""Give tables of records out, with the columns under which they are taken in: one, or all of them as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from booking.presentation.spreadsheet import ABOUT, ColumnSays, Line, about_file, told_file, xlsx_of
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.rules import KINDS, Column
from booking.programme.records.sheet import RecordSheet
from booking.words.files import DICTIONARY
from workshops.events.record import record
from workshops.programmes.ptech.queries import CensusDue, censuses_due
from workshops.scope import Scope

EVERY_LYCEE = "tous les lycées"
WORKBOOK = "Classeur"
READ_FIRST: Line = ("Feuille", "Colonne", "Ce qu'elle dit")


async def export_records(
    sheet: RecordSheet, *, form: str, scope: Scope, whose: str = EVERY_LYCEE, by: int, now: datetime
) -> bytes:
    """What is stored of a table, of one lycée or of all (`whose`), as CSV or XLSX: taken in again, it changes nothing.

    The workbook says its filter, its date, its version and its columns; beside a CSV its `dictionnaire` does.
    """
    says = [ColumnSays(column.name, _named(column)) for column in sheet.columns]
    about = about_file("Tableau", sheet.title, whose, columns=says, rule=sheet.hint, now=now)
    if form == DICTIONARY:
        return told_file(form, sheet.title, (), about)
    lines = await _lines(sheet, scope)
    detail = f"{sheet.title}, {whose}, {form}"
    await record("records_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    return await asyncio.to_thread(told_file, form, sheet.title, [_header(sheet), *lines], about)


async def give_workbook(
    *,
    sheets: Sequence[tuple[str, Sequence[Line]]] = (),
    told: Sequence[Line] = (),
    scope: Scope,
    whose: str = EVERY_LYCEE,
    by: int,
    now: datetime,
) -> bytes:
    """Every table of a lycée or of all (`whose`) as one workbook, after other `sheets` of which `told` says what each
    column is. Its first sheet says that of all, its last one its day; sent back, it changes nothing."""
    tables: list[tuple[str, Sequence[Line]]] = [
        (sheet.title, [_words(sheet), *await _lines(sheet, scope)]) for sheet in SHEETS.values()
    ]
    await record(
        "records_exported",
        by=by,
        about_kind="results",
        about=None,
        detail=f"{WORKBOOK}, {whose}, xlsx",
        now=now,
    )
    about = about_file("Tableau", WORKBOOK, whose, now=now)
    columns = [line for sheet in SHEETS.values() for line in _explained(sheet)]
    first: tuple[str, Sequence[Line]] = ("Lire d'abord", [READ_FIRST, *told, *columns])
    return await asyncio.to_thread(xlsx_of, [first, *sheets, *tables, (ABOUT, about)])


def _explained(sheet: RecordSheet) -> list[Line]:
    columns = [(sheet.title, column.words, _says(column)) for column in sheet.columns]
    return [*columns, *([(sheet.title, "", sheet.hint)] if sheet.hint else [])]


def _named(column: Column) -> str:
    """« année scolaire : année scolaire (2026-2027) », for a column that has the name programs give it."""
    return _says(column) if column.words == column.name else f"{column.words} : {_says(column)}"


def _says(column: Column) -> str:
    """« date (25/03/2027), facultatif »"""
    told = ", ".join(column.choices.values()) or KINDS[column.kind]
    return told if column.needed or column.kind in {"info", "meant", "number"} else f"{told} ; facultatif"


async def workbook_of_due(sheet: RecordSheet, *, scope: Scope, whose: str, by: int, now: datetime) -> bytes | None:
    """The censuses that are due, a line each: whose and when stand there, who is there is to fill in, and nobody came
    or left unless it is said. None when nothing is due. Taken in as any file of the table."""
    due = await censuses_due(scope=scope, now=now)
    if not due:
        return None
    lines = [
        [_cell(column, known) for column, known in zip(sheet.columns, _to_fill(one, sheet), strict=True)] for one in due
    ]
    detail = f"{sheet.title} à remplir, {whose}, xlsx"
    await record("records_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    says = [ColumnSays(column.words, _says(column)) for column in sheet.columns]
    about = about_file("Tableau", sheet.title, whose, columns=says, rule=sheet.hint, now=now)
    return await asyncio.to_thread(told_file, "xlsx", sheet.title, [_words(sheet), *lines], about)


def _to_fill(due: CensusDue, sheet: RecordSheet) -> list[object]:
    known = {
        **{"uai": due.uai, "dispositif": due.scheme_title, "rentree": due.entry_year},
        **{"annee_scolaire": due.school_year, "periode": due.term, "presents": None, "filles": None},
    }
    return [known.get(column.name, 0 if column.kind == "count" else None) for column in sheet.columns]


def _header(sheet: RecordSheet) -> list[str]:
    return [column.name for column in sheet.columns]


def _words(sheet: RecordSheet) -> list[str]:
    return [column.words for column in sheet.columns]


async def _lines(sheet: RecordSheet, scope: Scope) -> list[list[str | int]]:
    return [[_cell(column, one[column.name]) for column in sheet.columns] for one in await sheet.stored(scope=scope)]


def _cell(column: Column, value: Any) -> str | int:
    return value if column.kind in {"count", "number"} and isinstance(value, int) else column.write(value)
