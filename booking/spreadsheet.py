"""Tables for a spreadsheet, in which no cell can act."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that starts so is a formula for a spreadsheet (OWASP, CSV injection).
ACTS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(lines: Iterable[Sequence[str | int | None]]) -> bytes:
    """A CSV that French spreadsheets open with a double click: semicolons, UTF-8 with its mark."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str | int | None) -> str | int:
    """The cell as text that a spreadsheet shows and never computes; a number stays one."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(ACTS):
        return "'" + cell
    return cell
