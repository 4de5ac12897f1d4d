"""Give a table of records out, with the columns under which it is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from booking.journal.write import write
from booking.records.rules import Column
from booking.records.sheet import Sheet
from booking.spreadsheet import csv_of, xlsx_of

FORMATS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

Lines = Sequence[Sequence[str | int]]


async def export_records(sheet: Sheet, *, form: str, by: int, now: datetime) -> bytes:
    """Everything that is stored of a table, as CSV or XLSX; taken in again, it changes nothing."""
    lines = [[_cell(column, record[column.name]) for column in sheet.columns] for record in await sheet.stored()]
    await write("records_exported", account=by, about_kind="results", about=None, detail=sheet.title, now=now)
    return await asyncio.to_thread(_file, sheet, lines, form)


def template_of(sheet: Sheet, *, form: str) -> bytes:
    """The empty table, to fill in."""
    return _file(sheet, [], form)


def _cell(column: Column, value: Any) -> str | int:
    return value if column.kind == "count" and isinstance(value, int) else column.write(value)


def _file(sheet: Sheet, lines: Lines, form: str) -> bytes:
    header = [column.name for column in sheet.columns]
    return csv_of([header, *lines]) if form == "csv" else xlsx_of([(sheet.title, [header, *lines])])
