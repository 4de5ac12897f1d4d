"""Every table of records, in the order in which they are taken in."""

from __future__ import annotations

from booking.programme.records.action_sheet import action_sheet
from booking.programme.records.bts1_sheets import bts1_sheets
from booking.programme.records.maker_sheets import maker_sheets
from booking.programme.records.ptech_sheets import ptech_sheets
from booking.programme.records.sheet import RecordSheet

SHEETS = {sheet.name: sheet for sheet in (*ptech_sheets(), action_sheet(), *bts1_sheets(), *maker_sheets())}


def sheet_named(name: str) -> RecordSheet | None:
    """A table by its name."""
    return SHEETS.get(name)
