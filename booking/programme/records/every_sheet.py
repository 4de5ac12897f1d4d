"""Every table of records, in the order in which they are taken in."""

from __future__ import annotations

from booking.programme.records.action_sheet import action_sheet
from booking.programme.records.bts1_sheets import bts1_sheets
from booking.programme.records.ptech_sheets import ptech_sheets
from booking.programme.records.sheet import RecordSheet

SHEETS = {sheet.name: sheet for sheet in (*ptech_sheets(), action_sheet(), *bts1_sheets())}
# A column as pages and refusals say it, by the name that files and programs give it.
COLUMN_WORDS = {column.name: column.words for sheet in SHEETS.values() for column in sheet.columns}


def sheet_named(name: str) -> RecordSheet | None:
    """A table by its name."""
    return SHEETS.get(name)
