"""Tables for a spreadsheet, in which no cell can act, and what a file says of itself once it has left."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.metadata import version

from booking.words.wording import moment

# A cell that starts so is a formula for a spreadsheet (OWASP, CSV injection).
ACTS = ("=", "+", "-", "@", "\t", "\r")
# What a workbook accepts as the name of a sheet: 31 characters, none of these.
_NO_SHEET_NAME = str.maketrans("[]:*?/\\", "       ")

# How a file names itself, what it holds, its day and its maker: read again, such a line is no record.
ABOUT = "À propos de ce fichier"
ABOUT_LABELS = ("Tableau", "Répartition", "Filtre", "Règle de comptage", "Extrait le", "Version")

Line = Sequence[str | float | date | None]


def told_file(form: str, title: str, lines: Iterable[Line], about: Iterable[Line]) -> bytes:
    """A table as `csv` or `xlsx`, with what it says of itself: under it, or on a second sheet."""
    return xlsx_of([(title, lines), (ABOUT, about)]) if form == "xlsx" else csv_of([*lines, (), *about])


def about_file(what: str, title: str, chosen: str, *, rule: str = "", now: datetime) -> list[Line]:
    """What a file says of itself: a Tableau or a Répartition (`what`), its filter, its date, its version."""
    counted = [("Règle de comptage", rule)] if rule else []
    made = ("Version", f"Technilab {version('technilab')}")
    return [(what, title), ("Filtre", chosen), *counted, ("Extrait le", moment(now)), made]


def csv_of(lines: Iterable[Line]) -> bytes:
    """A CSV that French spreadsheets open with a double click: semicolons, UTF-8 with its mark."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, date) else harmless(cell) for cell in line])
    return written.getvalue().encode("utf-8-sig")


def xlsx_of(sheets: Iterable[tuple[str, Iterable[Line]]]) -> bytes:
    """A workbook: each sheet with its name and its lines, the first line in bold and kept in view."""
    # Slow to load, and few people ask for it.
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, for those who export only
    from openpyxl.styles import Font  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets:
        page = book.create_sheet(sheet_name(name))
        widths: dict[int, int] = {}
        for row, line in enumerate(lines, start=1):
            for column, cell in enumerate(line, start=1):
                written = page.cell(row, column, cell if isinstance(cell, date) else harmless(cell))
                if isinstance(cell, date):
                    written.number_format = "DD/MM/YYYY"
                written.font = Font(bold=row == 1)
                widths[column] = max(widths.get(column, 0), len(str(written.value or "")))
        for column, width in widths.items():
            page.column_dimensions[get_column_letter(column)].width = min(width + 2, 60)
        page.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sheet_name(title: str) -> str:
    """A title as a workbook accepts it for the name of a sheet."""
    return title.translate(_NO_SHEET_NAME)[:31]


def harmless(cell: str | float | None) -> str | float:
    """The cell as text that a spreadsheet shows and never computes; a number stays one."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(ACTS):
        return "'" + cell
    return cell
