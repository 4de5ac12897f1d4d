"""Give a table of records out, with the columns under which it is taken in."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from booking.presentation.spreadsheet import about_file, csv_of, told_file, xlsx_of
from booking.programme.records.rules import Column
from booking.programme.records.sheet import RecordSheet
from workshops.events.record import record
from workshops.programmes.ptech.queries import CensusDue, censuses_due
from workshops.scope import Scope

EVERY_LYCEE = "tous les lycées"


async def export_records(
    sheet: RecordSheet, *, form: str, scope: Scope, whose: str = EVERY_LYCEE, by: int, now: datetime
) -> bytes:
    """What is stored of a table, of one lycée or of all (`whose`), as CSV or XLSX.

    The file says its filter, its date and its version; taken in again, it changes nothing.
    """
    lines = [
        [_cell(column, record[column.name]) for column in sheet.columns] for record in await sheet.stored(scope=scope)
    ]
    detail = f"{sheet.title}, {whose}, {form}"
    await record("records_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    about = about_file("Tableau", sheet.title, whose, now=now)
    return await asyncio.to_thread(told_file, form, sheet.title, [_header(sheet), *lines], about)


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
    about = about_file("Tableau", sheet.title, whose, now=now)
    header = [column.words for column in sheet.columns]
    return await asyncio.to_thread(told_file, "xlsx", sheet.title, [header, *lines], about)


def _to_fill(due: CensusDue, sheet: RecordSheet) -> list[object]:
    known = {
        **{"uai": due.uai, "dispositif": due.scheme_title, "rentree": due.entry_year},
        **{"annee_scolaire": due.school_year, "periode": due.term, "presents": None, "filles": None},
    }
    return [known.get(column.name, 0 if column.kind == "count" else None) for column in sheet.columns]


def template_of(sheet: RecordSheet, *, form: str) -> bytes:
    """The empty table, to fill in."""
    return csv_of([_header(sheet)]) if form == "csv" else xlsx_of([(sheet.title, [_header(sheet)])])


def _header(sheet: RecordSheet) -> list[str]:
    return [column.name for column in sheet.columns]


def _cell(column: Column, value: Any) -> str | int:
    return value if column.kind in {"count", "number"} and isinstance(value, int) else column.write(value)
