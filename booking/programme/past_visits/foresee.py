"""Read a file of past visits and say what each line would change, before anything is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime

from msgspec import Struct

from booking.presentation.spreadsheet import csv_of, xlsx_of
from booking.programme.past_visits.find_table import FileSays, TableRefused, VisitTable, find_table
from booking.programme.past_visits.queries import Books, books, columns_remembered
from booking.programme.past_visits.rules import COLUMNS, read_cells
from booking.programme.past_visits.weigh import Weighed, weigh
from booking.programme.records.read_table import read_sheets
from booking.programme.records.rules import ROWS_MOST
from booking.words.wording import counted
from workshops.database import value
from workshops.past_visits.queries import counted_here
from workshops.past_visits.rules import Change, VisitSketch
from workshops.programmes.targets.metrics import COUNTED
from workshops.school_calendar.rules import paris_day
from workshops.schools.rules import BYTES_MOST, FileRefused

ERRORS_MOST = 200
LINES_NAMED = 10
TITLE = "Visites reprises"
# When the target that past visits count for begins.
TARGET = "SELECT min(from_on) FROM targets WHERE programme = $1 AND metric = $2"

Tell = Callable[[int, int], None]


class Limits(Struct, frozen=True):
    """How big a file may be: a page takes less than the command line."""

    bytes_most: int = BYTES_MOST
    rows_most: int = ROWS_MOST


class SpreadsheetLine(Struct, frozen=True):
    """A line of the file by its number, and what it does; `repeats` is the number of the line that says the same."""

    number: int
    weighed: Weighed
    repeats: int | None = None


class CountedLine(Struct, frozen=True):
    """A line that a lycée counted here itself: it stays as it is. `differs`: what the line says otherwise, in words."""

    number: int
    words: str
    differs: str


class Foreseen(Struct, frozen=True):
    """What a file does, or would do, and how its `table` is read. `before_target`: how many visits are older than the
    target's first day; `remarks`: what was understood of cells that say less, with their lines."""

    table: VisitTable
    lines: list[SpreadsheetLine]
    counted: list[CountedLine]
    before_target: int
    target_from: date | None
    remarks: list[str]

    def of(self, change: Change) -> list[SpreadsheetLine]:
        """The lines that do this, in the file's order."""
        return [line for line in self.lines if line.weighed.step.change == change]

    @property
    def questioned(self) -> list[SpreadsheetLine]:
        """The lines to look at again before they are confirmed."""
        return [line for line in self.lines if line.weighed.questions]

    @property
    def moves(self) -> int:
        """How many visits would be added or corrected."""
        return len(self.of("new")) + len(self.of("changed"))


def silent(done: int, total: int) -> None:
    """Nobody watches."""


async def foresee(
    content: bytes, *, says: FileSays | None = None, limits: Limits | None = None, now: datetime, tell: Tell = silent
) -> Foreseen:
    """What the file's lines would do, in order. It only reads.

    Raises FileRefused, with every line that cannot be: as TableRefused where the table was found, and columns may be
    chosen otherwise.
    """
    known, remembered = await books(), await columns_remembered()
    table = await asyncio.to_thread(_table, content, says or FileSays(), remembered, limits or Limits())
    counted_already = await counted_here(cells.get("reference", "") for _, cells in table.lines)
    told, remarks = await asyncio.to_thread(_read, table, counted_already, known, paris_day(now), tell)
    weighed = await weigh([sketch for _, sketch in told], known)
    numbers = [number for number, _ in told]
    lines = [
        SpreadsheetLine(number, one, None if one.step.repeats is None else numbers[one.step.repeats])
        for number, one in zip(numbers, weighed, strict=True)
    ]
    against = [f"ligne {one.number} : {why}" for one in lines if (why := _against(one))]
    if against:
        raise TableRefused(table, *against[:ERRORS_MOST])
    began: date | None = await value(TARGET, *COUNTED)
    told_once = [one.weighed.step.sketch for one in lines if one.repeats is None]
    early = sum(began is not None and one.held_on < began for one in told_once)
    return Foreseen(table, lines, _counted(table, counted_already), early, began, remarks)


def template(form: str) -> bytes:
    """The empty table to fill in, as `csv` or `xlsx`."""
    header = [column.name.capitalize() for column in COLUMNS.values()]
    return xlsx_of([(TITLE, [header])]) if form == "xlsx" else csv_of([header])


def _against(line: SpreadsheetLine) -> str:
    if line.weighed.step.change == "contradicts":
        return (
            f"la ligne {line.repeats} dit autre chose de la même visite ; si ce sont deux groupes, donnez à chacun un"
            " nom de groupe ou une référence"
        )
    return line.weighed.against


def _table(content: bytes, says: FileSays, remembered: Mapping[str, frozenset[str]], limits: Limits) -> VisitTable:
    sheets = read_sheets(content, bytes_most=limits.bytes_most, rows_most=limits.rows_most)
    table = find_table(sheets, says, remembered, rows_most=limits.rows_most)
    if table.missing:
        missing = ", ".join(COLUMNS[name].name for name in table.missing)
        there = ", ".join(one.title or one.letter for one in table.columns)
        raise TableRefused(table, f"ligne {table.titles_line} : colonnes non reconnues ({missing}), parmi {there}")
    if not table.lines:
        raise FileRefused("le fichier n'a que ses titres de colonnes")
    return table


def _counted(table: VisitTable, known: Mapping[str, int]) -> list[CountedLine]:
    return [_as_counted(number, cells, known[cells["reference"]]) for number, cells in _lines(table, known, here=True)]


def _as_counted(number: int, cells: Mapping[str, str], pupils: int) -> CountedLine:
    said = cells.get("eleves", "")
    group = cells.get("groupe") or cells.get("niveau")
    words = f"{cells.get('date')}, {cells.get('lycee')} : {cells.get('college')}, {group}"
    differs = f"le fichier dit {said or 'vide'}, le lycée en a compté {pupils}" if said != str(pupils) else ""
    return CountedLine(number, f"{words}, {counted(pupils, 'élève')}", differs)


def _lines(table: VisitTable, known: Mapping[str, int], *, here: bool) -> list[tuple[int, dict[str, str]]]:
    return [one for one in table.lines if (one[1].get("reference", "") in known) == here]


def _read(
    table: VisitTable, counted_already: Mapping[str, int], known: Books, today: date, tell: Tell
) -> tuple[list[tuple[int, VisitSketch]], list[str]]:
    """The visit of each line, and what was understood of some cells."""
    told, errors = [], []
    remarks: dict[str, list[int]] = {}
    lines = _lines(table, counted_already, here=False)
    for done, (number, cells) in enumerate(lines, start=1):
        read = read_cells(cells, known.registers, today=today, without_unknown_object=True)
        errors += [f"ligne {number} : {sentence}" for sentence in read.errors.values()]
        for remark in read.remarks:
            remarks.setdefault(remark, []).append(number)
        if read.sketch is not None:
            told.append((number, read.sketch))
        if len(errors) >= ERRORS_MOST:
            break
        tell(done, len(lines))
    if errors:
        raise TableRefused(table, *errors[:ERRORS_MOST])
    return told, [f"{_line_numbers(numbers)} : {remark}" for remark, numbers in remarks.items()]


def _line_numbers(numbers: list[int]) -> str:
    """« lignes 2, 4, 7 »; of many, the first ones."""
    shown = ", ".join(map(str, numbers[:LINES_NAMED]))
    more = len(numbers) - LINES_NAMED
    return f"ligne{'s' if len(numbers) > 1 else ''} {shown}" + (f" et {counted(more, 'autre')}" if more > 0 else "")
