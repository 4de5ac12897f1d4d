"""Tables for a spreadsheet, in which no cell can act, and what a file says of itself once it has left, beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.process.version import VERSION
from booking.words.files import DICTIONARY
from booking.words.wording import moment

# A cell that starts so is a formula for a spreadsheet (OWASP, CSV injection).
ACTS = ("=", "+", "-", "@", "\t", "\r")
# What a workbook accepts as the name of a sheet: 31 characters, none of these.
_NO_SHEET_NAME = str.maketrans("[]:*?/\\", "       ")

# The sheet, or the file beside a CSV, by which a table says what it holds, of which day, and what each column is.
ABOUT = "À propos de ce fichier"
ABOUT_HEADER = ("Nom", "Ce qu'il dit", "Règle de comptage")
# Until December 2026 such lines stood under the rows of a CSV: read again, they are no record.
ABOUT_LABELS = ("Tableau", "Répartition", "Filtre", "Règle de comptage", "Extrait le", "Version")

Line = Sequence[str | float | date | None]


class ColumnSays(Struct, frozen=True):
    """What a column of a file is, and the rule by which its figures are counted, where they are."""

    name: str
    words: str
    rule: str = ""


def told_file(form: str, title: str, lines: Iterable[Line], about: Iterable[Line]) -> bytes:
    """A table as `csv`, which holds its lines alone; as `xlsx`, what it says of itself on a second sheet; or that
    alone, as its dictionary."""
    if form == DICTIONARY:
        return csv_of(about)
    return xlsx_of([(title, lines), (ABOUT, about)]) if form == "xlsx" else csv_of(lines)


def about_file(
    what: str, title: str, chosen: str, *, columns: Iterable[ColumnSays] = (), rule: str = "", now: datetime
) -> list[Line]:
    """What a file says of itself: a Tableau or a Répartition (`what`), its filter, its date, its version, its
    columns."""
    of_file = [(what, title, ""), ("Filtre", chosen, "")]
    of_file += [("Règle de comptage", rule, "")] if rule else []
    of_file += [("Extrait le", moment(now), ""), ("Version", f"Technilab {VERSION}", "")]
    return [ABOUT_HEADER, *of_file, *((one.name, one.words, one.rule) for one in columns)]


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
                if cell is None or cell == "":
                    continue
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
