"""Read a table from a spreadsheet file, CSV or XLSX, without being made to do anything else."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from booking.presentation.spreadsheet import ABOUT_LABELS, sheet_name
from booking.programme.records.rules import ROWS_MOST, plain
from booking.words.wording import counted
from workshops.schools.rules import BYTES_MOST, FileRefused, text_of

# What a workbook of 1 MB may unfold to: a zip bomb says a thousand times more.
UNFOLDED_MOST = 30_000_000
PARTS_MOST = 200
# Of what it unfolds to, so many tags, which are what takes time to read: the lines and columns that are taken have
# fewer, and the styles of a sheet, each read with care, a few hundred.
TAGS_MOST, TAGS_OF_A_STYLE_MOST = 800_000, 20_000
CHUNK = 65_536
COLUMNS_MOST = 60
CELL_MOST = 1_000
TOO_LARGE = "le classeur est trop volumineux une fois ouvert"
UNREADABLE = "le classeur ne se lit pas : enregistrez-le de nouveau au format XLSX, ou en CSV"


class Table(Struct, frozen=True):
    """The names of the columns, in plain letters, and each line that is not empty with its number in the file."""

    header: tuple[str, ...]
    lines: list[tuple[int, dict[str, str]]]


def read_table(content: bytes, *, bytes_most: int = BYTES_MOST, rows_most: int = ROWS_MOST) -> Table:
    """The first sheet of a workbook, or a CSV in UTF-8 or Windows-1252. Raises FileRefused."""
    return read_tables(content, bytes_most=bytes_most, rows_most=rows_most)[0]


def read_tables(
    content: bytes, *, titles: Collection[str] = (), bytes_most: int = BYTES_MOST, rows_most: int = ROWS_MOST
) -> list[Table]:
    """The sheets of a workbook that have one of these titles, its first one where none has; or a CSV. Their lines
    together are `rows_most` at most. Raises FileRefused."""
    if len(content) > bytes_most:
        raise FileRefused(f"le fichier dépasse {bytes_most // 1_000_000} Mo")
    workbook = content.startswith(b"PK\x03\x04")
    sheets = _sheets_of(content, titles, rows_most) if workbook else iter([_of_csv(content, bytes_most)])
    found: list[Table] = []
    left = rows_most
    for sheet in sheets:
        header, lines = _header_and_lines(sheet, left, rows_most)
        left -= len(lines)
        if header:
            found.append(Table(header, lines))
    if not found:
        raise FileRefused("le fichier est vide")
    return found


def _header_and_lines(
    found: Iterable[tuple[int, list[str]]], left: int, rows_most: int
) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    header: tuple[str, ...] = ()
    lines: list[tuple[int, dict[str, str]]] = []
    for number, cells in found:
        if not any(cells) or _is_about(cells):
            continue
        if len(cells) > COLUMNS_MOST:
            raise FileRefused(f"ligne {number} : plus de {COLUMNS_MOST} colonnes")
        if not header:
            header = tuple(plain(cell) for cell in cells)
            continue
        if len(lines) == left:
            raise FileRefused(f"le fichier dépasse {counted(rows_most, 'ligne')} : importez-le en plusieurs fois")
        lines.append((number, {name: cell for name, cell in zip(header, cells, strict=False) if name}))
    return header, lines


def _is_about(cells: Sequence[str]) -> bool:
    """Whether the line is what a file given out says of itself, under its records."""
    return cells[0] in ABOUT_LABELS and not any(cells[2:])


def _of_csv(content: bytes, bytes_most: int) -> Iterator[tuple[int, list[str]]]:
    text = text_of(content, most=bytes_most)
    # French spreadsheets write semicolons; one without any on its first line was written elsewhere.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip()[:CELL_MOST] for cell in cells]
    except csv.Error:
        raise FileRefused(f"ligne {reader.line_num} : cette ligne ne se lit pas") from None


def _sheets_of(content: bytes, titles: Collection[str], rows_most: int) -> Iterator[Iterator[tuple[int, list[str]]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 it takes 0.3 s to load, for an import alone

    _refuse_a_bomb(content)
    names = {sheet_name(title) for title in titles}
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        named = [sheet for sheet in book.worksheets if sheet.title in names]
        sheets = named or [book.worksheets[0]]
    except Exception:  # a damaged workbook fails in as many ways as it has parts
        raise FileRefused(UNREADABLE) from None
    for sheet in sheets:
        yield _lines_of(sheet, rows_most)


def _lines_of(sheet: Any, rows_most: int) -> Iterator[tuple[int, list[str]]]:
    try:
        # The size that the sheet gives itself may be anything.
        sheet.reset_dimensions()
        found: Iterable[Sequence[Any]] = sheet.iter_rows(max_row=10 * rows_most, values_only=True)
        for number, cells in enumerate(found, start=1):
            yield number, _without_tail([_text(cell) for cell in cells[: COLUMNS_MOST + 1]])
    except Exception:  # as above
        raise FileRefused(UNREADABLE) from None


def _refuse_a_bomb(content: bytes) -> None:
    """Look at what the workbook unfolds to, whatever it says of itself, and stop at the limit: a reader would take
    seconds for what a few kilobytes hold."""
    unfolded = 0
    try:
        book = zipfile.ZipFile(io.BytesIO(content))
        if len(book.infolist()) > PARTS_MOST:
            raise FileRefused(TOO_LARGE)
        for part in book.infolist():
            sheet = part.filename.startswith("xl/worksheets/") or part.filename == "xl/sharedStrings.xml"
            left = TAGS_MOST if sheet else TAGS_OF_A_STYLE_MOST
            with book.open(part) as read:
                while chunk := read.read(CHUNK):
                    unfolded, left = unfolded + len(chunk), left - chunk.count(b"<")
                    if unfolded > UNFOLDED_MOST or left < 0:
                        raise FileRefused(TOO_LARGE)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise FileRefused(UNREADABLE) from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()[:CELL_MOST]


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
