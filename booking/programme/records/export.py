"""Give a table of records out, with the columns under which it is taken in."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from booking.presentation.spreadsheet import about_file, csv_of, told_file, xlsx_of
from booking.programme.records.rules import Column
from booking.programme.records.sheet import RecordSheet
from workshops.events.record import record
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


def template_of(sheet: RecordSheet, *, form: str) -> bytes:
    """The empty table, to fill in."""
    return csv_of([_header(sheet)]) if form == "csv" else xlsx_of([(sheet.title, [_header(sheet)])])


def _header(sheet: RecordSheet) -> list[str]:
    return [column.name for column in sheet.columns]


def _cell(column: Column, value: Any) -> str | int:
    return value if column.kind in {"count", "number"} and isinstance(value, int) else column.write(value)
