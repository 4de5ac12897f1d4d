"""Read a table from a spreadsheet file, CSV or XLSX, without being made to do anything else."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from msgspec import Struct

from booking.presentation.spreadsheet import ABOUT_LABELS, sheet_name
from booking.programme.records.rules import ROWS_MOST, UNSAVED, plain
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
NO_TABLE = "ce fichier n'est pas un tableau XLSX ou CSV"
TOO_LARGE = "le classeur est trop volumineux une fois ouvert : gardez-en la feuille utile, ou un CSV"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
NOT_XLSX = (
    "c'est un ancien classeur (.xls), ou un classeur protégé par un mot de passe : enregistrez-le au format XLSX, sans"
    " mot de passe"
)
UNREADABLE = "le classeur ne se lit pas : enregistrez-le de nouveau au format XLSX, ou en CSV"


# By what the cells of a line may be parted, and by how many lines that is found out.
DELIMITERS, LOOKED_AT = (";", "\t", ","), 20
# The parts of a workbook that say where each sheet is, and within a sheet what it joins and computes. Each run that may
# be long has an end, so that no text makes them slow.
_MERGED = re.compile(rb'<(?:\w{1,9}:)?mergeCell [^<>]{0,99}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_UNSAVED = re.compile(
    rb'<(?:\w{1,9}:)?c [^<>]{0,99}?r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,200}>\s{0,9}'
    rb"<(?:\w{1,9}:)?f(?:[ ][^<>]{0,999})?(?:/>|>[^<>]{0,9000}</(?:\w{1,9}:)?f>)\s{0,9}"
    rb"(?:<(?:\w{1,9}:)?v\s?/>|<(?:\w{1,9}:)?v></(?:\w{1,9}:)?v>)?\s{0,9}</"
)
# How many days later the workbooks of old Macintoshes begin to count.
MAC_LATER = 1462


class Sheet(Struct, frozen=True):
    """A sheet as it is read, each line with its number in it; the one of a text file has no name.

    `days_later`: how many days must be added to a bare number for the day that it means.
    """

    name: str
    lines: Iterator[tuple[int, list[str]]]
    days_later: int = 0


class Table(Struct, frozen=True):
    """The names of the columns, in plain letters, and each line that is not empty with its number in the file."""

    header: tuple[str, ...]
    lines: list[tuple[int, dict[str, str]]]


def read_table(content: bytes, *, bytes_most: int = BYTES_MOST, rows_most: int = ROWS_MOST) -> Table:
    """The first sheet of a workbook, or a text file, whose first line names the columns. Raises FileRefused."""
    return read_tables(content, bytes_most=bytes_most, rows_most=rows_most)[0]


def read_tables(
    content: bytes, *, titles: Collection[str] = (), bytes_most: int = BYTES_MOST, rows_most: int = ROWS_MOST
) -> list[Table]:
    """The sheets of a workbook that have one of these titles, its first one where none has; or a text file. Their
    lines together are `rows_most` at most. Raises FileRefused."""
    names = {sheet_name(title) for title in titles}
    sheets = list(read_sheets(content, bytes_most=bytes_most, rows_most=rows_most))
    found: list[Table] = []
    left = rows_most
    for sheet in [sheet for sheet in sheets if sheet.name in names] or sheets[:1]:
        header, lines = _header_and_lines(sheet, left, rows_most)
        left -= len(lines)
        if header:
            found.append(Table(header, lines))
    if not found:
        raise FileRefused("le fichier est vide")
    return found


def _header_and_lines(
    sheet: Sheet, left: int, rows_most: int
) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    header: tuple[str, ...] = ()
    lines: list[tuple[int, dict[str, str]]] = []
    for number, cells in told_lines(sheet):
        if not header:
            header = tuple(plain(cell) for cell in cells)
            continue
        if len(lines) == left:
            raise too_many(rows_most)
        lines.append((number, {name: cell for name, cell in zip(header, cells, strict=False) if name}))
    return header, lines


def read_sheets(content: bytes, *, bytes_most: int, rows_most: int) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one of a text (UTF-8, UTF-16, Windows-1252) with semicolons, tabs or commas.

    Each is read as far as ten times the lines that are taken, some of which may be empty. Raises FileRefused.
    """
    if len(content) > bytes_most:
        raise FileRefused(f"le fichier dépasse {bytes_most // 1_000_000} Mo")
    if content.startswith(OLD_WORKBOOK):
        raise FileRefused(NOT_XLSX)
    if content.startswith(b"PK\x03\x04"):
        yield from _of_workbook(content, rows_most)
    else:
        yield Sheet("", _of_csv(content, bytes_most))


def told_lines(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The lines of a sheet that hold something, but for what a file given out says of itself. Raises FileRefused."""
    for number, cells in sheet.lines:
        if not any(cells) or _is_about(cells):
            continue
        if len(cells) > COLUMNS_MOST:
            raise FileRefused(f"ligne {number} : plus de {COLUMNS_MOST} colonnes")
        yield number, cells


def too_many(rows_most: int) -> FileRefused:
    """The refusal of a file that is too long."""
    return FileRefused(f"le fichier dépasse {counted(rows_most, 'ligne')} : importez-le en plusieurs fois")


def _is_about(cells: Sequence[str]) -> bool:
    """Whether the line is what a file given out says of itself, under its records."""
    return cells[0] in ABOUT_LABELS and not any(cells[2:])


def _of_csv(content: bytes, bytes_most: int) -> Iterator[tuple[int, list[str]]]:
    # A picture has such a byte near its beginning; a text has none, but for one that says its two bytes a letter.
    if b"\0" in content and not content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise FileRefused(NO_TABLE)
    text = text_of(content, most=bytes_most)
    first = list(islice(io.StringIO(text), LOOKED_AT))
    # French spreadsheets write semicolons, or tabs in what they call Unicode; the others commas.
    delimiter = max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in first))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, _without_tail([cell.strip()[:CELL_MOST] for cell in cells])
    except csv.Error:
        raise FileRefused(f"ligne {reader.line_num} : cette ligne ne se lit pas") from None


def _of_workbook(content: bytes, rows_most: int) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415 it takes 0.3 s to load, for an import alone
    from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415 as above

    _refuse_a_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        parts = _parts_of_sheets(content)
        later = MAC_LATER if book.epoch == CALENDAR_MAC_1904 else 0
        sheets = [(sheet, parts.get(sheet.title, b"")) for sheet in book.worksheets]
    except Exception:  # a damaged workbook fails in as many ways as it has parts
        raise FileRefused(UNREADABLE) from None
    if not sheets:
        raise FileRefused(UNREADABLE)
    for sheet, part in sheets:
        yield Sheet(sheet.title, _of_sheet(sheet, part, 10 * rows_most), later)


def _of_sheet(sheet: Any, part: bytes, lines_most: int) -> Iterator[tuple[int, list[str]]]:
    """The lines of a sheet, what is joined over several of them said in each."""
    fill = _Filled(part)
    unsaved = {(int(line), _place(column)) for column, line in _UNSAVED.findall(part)}
    try:
        # The size that the sheet gives itself may be anything.
        sheet.reset_dimensions()
        for number, found in enumerate(sheet.iter_rows(max_row=lines_most, values_only=True), start=1):
            cells = [_text(cell) for cell in found[: COLUMNS_MOST + 1]]
            for place, cell in enumerate(cells):
                if not cell and (number, place) in unsaved:
                    cells[place] = UNSAVED
            yield number, _without_tail(fill.down(number, cells))
    except Exception:  # as above
        raise FileRefused(UNREADABLE) from None


class _Filled:
    """Cells joined over several lines hold their text in the first alone: each of the others says it too."""

    def __init__(self, part: bytes) -> None:
        self._ends: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, str]] = {}
        for column, first, last in _MERGED.findall(part):
            if int(last) > int(first) and _place(column) < COLUMNS_MOST:
                self._ends.setdefault(int(first), []).append((_place(column), int(last)))

    def down(self, number: int, cells: list[str]) -> list[str]:
        for place, last in self._ends.get(number, ()):
            self._open[place] = (last, cells[place] if place < len(cells) else "")
        for place, (last, told) in list(self._open.items()):
            if number > last:
                del self._open[place]
                continue
            cells += [""] * (place + 1 - len(cells))
            cells[place] = cells[place] or told
        return cells


def _parts_of_sheets(content: bytes) -> Mapping[str, bytes]:
    """The XML of each sheet by its name; of a workbook that says it in another way, none."""
    from openpyxl.xml.functions import fromstring  # noqa: PLC0415 as above

    book = zipfile.ZipFile(io.BytesIO(content))
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    where = {one.get("Id"): one.get("Target", "") for one in fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    found = {}
    for one in fromstring(book.read("xl/workbook.xml")).iter():
        if str(one.tag).endswith("}sheet"):
            relation = next((told for name, told in one.items() if name.endswith("}id")), "")
            path = where.get(relation, "")
            path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            if path in names:
                found[str(one.get("name"))] = book.read(path)
    return found


def _place(column: bytes) -> int:
    """A is 0, AA is 26."""
    place = 0
    for letter in column:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


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
