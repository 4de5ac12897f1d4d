"""The lines of a file as values of the table that its columns announce, or every line that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from booking.programme.records.bts1_sheets import bts1_sheets
from booking.programme.records.ptech_sheets import ptech_sheets
from booking.programme.records.read_table import Table, read_tables
from booking.programme.records.rules import plain
from booking.programme.records.sheet import RecordSheet
from workshops.schools.rules import FileRefused

ERRORS_MOST = 200
# Every table, in the order in which they are taken in.
SHEETS = {sheet.name: sheet for sheet in (*ptech_sheets(), *bts1_sheets())}
# A column as pages and refusals say it, by the name that files and programs give it.
COLUMN_WORDS = {column.name: column.words for sheet in SHEETS.values() for column in sheet.columns}
NAMES = {plain(words): name for name, words in COLUMN_WORDS.items()}
# The same whether another lycée has such records or not.
NOT_YOURS = "UAI : ce n'est pas celui de votre lycée, dont vous n'importez que les données"


class Line(Struct, frozen=True):
    """A line of a file: of which table, its number there, its values; `left_out`: the columns that its file lacks."""

    sheet: RecordSheet
    number: int
    values: dict[str, Any]
    left_out: frozenset[str] = frozenset()


def read_lines(content: bytes, *, uai: str = "") -> tuple[list[Line], list[str]]:
    """The lines of the table that the columns announce, or of each table of a workbook, as values; tables in the order
    in which they are taken in. Then what is wrong with those that are not among them.

    With `uai`, lines of that lycée alone. Raises FileRefused for no table of ours, and with every line in error where
    there are several: what a later one says hangs on an earlier one.
    """
    tables = [_named(table) for table in read_tables(content, titles=[sheet.title for sheet in SHEETS.values()])]
    told = sorted(((_sheet_of(table), table) for table in tables), key=lambda pair: list(SHEETS).index(pair[0].name))
    several = len({sheet.name for sheet, table in told if table.lines}) > 1
    lines: list[Line] = []
    errors: list[str] = []
    for sheet, table in told:
        where = f"{sheet.title}, ligne" if several else "ligne"
        said = _Said(sheet)
        left_out = frozenset(column.name for column in sheet.told if column.name not in table.header)
        for number, cells in table.lines:
            values, wrong = sheet.read(cells)
            if uai and values.get("uai", uai) != uai:
                wrong = [NOT_YOURS]
            if wrong := wrong or said.against(number, values):
                errors += [f"{where} {number} : {why}" for why in wrong]
            else:
                lines.append(Line(sheet, number, values, left_out))
    if errors and several:
        raise FileRefused(*errors[:ERRORS_MOST])
    if not lines and not errors:
        raise FileRefused("le fichier n'a que ses titres de colonnes")
    return lines, errors


def _sheet_of(table: Table) -> RecordSheet:
    fits = [sheet for sheet in SHEETS.values() if set(sheet.needed) <= set(table.header)]
    if not fits:
        raise FileRefused(_lacking(table.header))
    return max(fits, key=lambda one: len(one.needed))


def _named(table: Table) -> Table:
    """The table with its columns by their names, whether a file says these or their words."""
    header = tuple(NAMES.get(title, title) for title in table.header)
    lines = [(number, {NAMES.get(one, one): it for one, it in cells.items()}) for number, cells in table.lines]
    return Table(header, lines)


class _Said:
    """What the lines before have said."""

    def __init__(self, sheet: RecordSheet) -> None:
        self.sheet = sheet
        self._records: dict[tuple[str, ...], int] = {}
        self._owners: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}

    def against(self, number: int, line: dict[str, Any]) -> list[str]:
        """What a line says again, or says otherwise than a line before it."""
        first = self._records.setdefault(self.sheet.keys_of(line), number)
        if first != number:
            return [f"la même chose est déjà dite ligne {first}"]
        if not self.sheet.shared:
            return []
        told = tuple(str(line[name]) for name in self.sheet.shared)
        owner = self.sheet.written(line)[: self.sheet.of]
        before, same = self._owners.setdefault(owner, (number, told))
        wrong = [name for name, now, then in zip(self.sheet.shared, told, same, strict=True) if now != then]
        what = self.sheet.columns[self.sheet.of - 1].words
        return [f"{COLUMN_WORDS[name]} : la ligne {before} dit autre chose du même {what}" for name in wrong]


def _lacking(header: Sequence[str]) -> str:
    nearest = max(SHEETS.values(), key=lambda one: len(set(one.needed) & set(header)) / len(one.needed))
    missing = [column.words for column in nearest.told if column.name in {*nearest.needed} - {*header}]
    if len(missing) == len(nearest.needed):
        return (
            "ligne 1 : ces titres de colonnes ne sont ceux d'aucun tableau ; partez d'un tableau téléchargé ou d'un"
            " modèle"
        )
    return (
        f"ligne 1 : colonnes absentes pour « {nearest.title} » ({', '.join(missing)}) ; partez d'un modèle, séparé par"
        " des points-virgules"
    )


def sheet_named(name: str) -> RecordSheet | None:
    """A table by its name."""
    return SHEETS.get(name)
