"""Where in a file people keep their visits: on which sheet, under which headings, and which lines are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import PurePath

from msgspec import Struct, field

from booking.programme.past_visits.columns import (
    GUESSES,
    HEADING_MOST,
    FileColumn,
    bare_heading,
    chosen_among,
    columns_of,
    proposed_among,
)
from booking.programme.past_visits.rules import COLUMNS, NEEDED
from booking.programme.records.read_table import Sheet, told_lines, too_many
from booking.programme.records.rules import day_of
from workshops.acts.plain_words import one_line
from workshops.past_visits.rules import SOURCE_MOST
from workshops.schools.rules import FileRefused

# The headings stand among so many lines; a sheet that has none there is no table.
SOUGHT_IN = 50
HEADINGS_LEAST = 3
# Cells that say which visit a line is: a sum says its name in one of them, and none of the others.
_WHICH = ("date", "lycee", "college", "niveau", "groupe")
# What a sheet that holds visits names at least.
_OF_A_VISIT = {"date", "college", "eleves"}
_TOTAL = re.compile(r"(sous[ -]?)?(total|totaux)\b")
_NUMBER = re.compile(r"[\d\s.,]+")
# What the list of counted visits has and no file of groups.
_OF_THE_LIST = {"atelier", "origine"}


class FileSays(Struct, frozen=True):
    """What somebody says of a file beside its lines: the sheet to read, the source of every line, and by the cell of a
    visit the heading of the column that holds it, empty for none."""

    sheet: str = ""
    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def source_named(name: str) -> str:
    """The source of a file's visits where nothing else says it: the name of the file, without its end."""
    return one_line(PurePath(name).stem)[:SOURCE_MOST]


class LeftOut(Struct, frozen=True):
    """A line that is no visit, and why."""

    number: int
    why: str

    @property
    def words(self) -> str:
        """« ligne 34 : « TOTAL 2024 », laissée de côté »."""
        return f"ligne {self.number} : {self.why}, laissée de côté"


class VisitTable(Struct, frozen=True):
    """The table of visits of a file, as it is read.

    `others` are the sheets that are not, `alike` those of them that look like visits too. `chosen` gives the heading of
    each cell of a visit, for a choice that may be wrong; `proposed` what it could be of those that nothing gives,
    `missing` those of them that are needed.
    """

    sheet: str
    others: tuple[str, ...]
    alike: tuple[str, ...]
    titles_line: int
    columns: tuple[FileColumn, ...]
    chosen: Mapping[str, str]
    proposed: Mapping[str, str]
    missing: tuple[str, ...]
    lines: list[tuple[int, dict[str, str]]]
    left_out: list[LeftOut]

    @property
    def headings(self) -> list[str]:
        """Every column's heading, in plain letters."""
        return [one.heading for one in self.columns]

    @property
    def where(self) -> str:
        """« feuille « Feuil2 », titres ligne 4 »; empty where it is the first line of the only sheet."""
        sheet = [f"feuille « {self.sheet} »"] if self.others else []
        return ", ".join([*sheet, *([f"titres ligne {self.titles_line}"] if self.titles_line > 1 else [])])

    @property
    def unread(self) -> list[str]:
        """The headings that nothing is read of."""
        return [one.title for one in self.columns if one.title and one.heading not in self.chosen.values()]


class TableRefused(FileRefused):
    """The table was found, and cannot be taken as it is: `table` says how it was read."""

    def __init__(self, table: VisitTable, *lines: str) -> None:
        self.table = table
        super().__init__(*lines)


def find_table(
    sheets: Iterable[Sheet], says: FileSays, remembered: Mapping[str, frozenset[str]], *, rows_most: int
) -> VisitTable:
    """The sheet and its line that name the most cells of a visit, and what stands below. Raises FileRefused."""
    meaning = {name: frozenset({name}) for name in COLUMNS} | dict(remembered)
    best: tuple[int, Sheet, _Titles, list[tuple[int, list[str]]]] | None = None
    names = []
    alike = []
    refused: FileRefused | None = None
    for sheet in sheets:
        names.append(sheet.name)
        try:
            lines = told_lines(sheet)
            first = list(islice(lines, SOUGHT_IN))
            found = _titles(first, meaning)
            if found is not None and found.tells_visits and first[-1][0] > found.number:
                alike.append(sheet.name)
            if says.sheet not in ("", sheet.name):
                continue
            if found is not None and (best is None or found.score > best[0]):
                below = [one for one in first if one[0] > found.number]
                best = (found.score, sheet, found, list(islice(chain(below, lines), 10 * rows_most)))
        except FileRefused as no:
            # What stands on another sheet does not matter.
            if says.sheet in ("", sheet.name):
                refused = no
    if best is None:
        raise refused or FileRefused(_no_titles(names, says.sheet))
    _, sheet, titles, below = best
    columns = columns_of(titles.cells, below)
    if {one.heading for one in columns} >= _OF_THE_LIST and not remembered.keys() & _OF_THE_LIST:
        raise FileRefused(
            f"ligne {titles.number} : c'est la liste des visites comptées, où une ligne mêle plusieurs groupes ;"
            " téléchargez plutôt, sous la même liste, « groupe par groupe »"
        )
    chosen = chosen_among(columns, says.columns, meaning)
    visits, left_out = _parted(columns, titles, below, chosen, sheet.days_later)
    if len(visits) > rows_most:
        raise too_many(rows_most)
    if says.source and "source" not in chosen:
        visits = [(number, cells | {"source": says.source}) for number, cells in visits]
    return VisitTable(
        sheet=sheet.name,
        others=tuple(name for name in names if name != sheet.name),
        alike=tuple(name for name in alike if name != sheet.name),
        titles_line=titles.number,
        columns=columns,
        chosen=chosen,
        proposed=proposed_among(columns, chosen),
        missing=tuple(name for name in NEEDED if name not in chosen and not _said_otherwise(name, chosen, says)),
        lines=visits,
        left_out=left_out,
    )


def _said_otherwise(name: str, chosen: Mapping[str, str], says: FileSays) -> bool:
    """A level is read from the group's name, a source may be said of the whole file."""
    return (name == "niveau" and "groupe" in chosen) or (name == "source" and bool(says.source))


class _Titles(Struct, frozen=True):
    number: int
    cells: list[str]
    score: int
    tells_visits: bool


def _titles(lines: Sequence[tuple[int, list[str]]], meaning: Mapping[str, frozenset[str]]) -> _Titles | None:
    """The line that names the most; where none names anything, the first of those with the most cells."""
    best: tuple[tuple[int, int], _Titles] | None = None
    for number, cells in lines:
        told = [heading for one in cells if (heading := bare_heading(one))]
        if len(set(told)) < HEADINGS_LEAST or any(_is_a_value(one) or len(one) > HEADING_MOST for one in told):
            continue
        by_name = {name for one in told for name in meaning.get(one, ())}
        by_guess = {name for name, words in GUESSES.items() if any(word in one for one in told for word in words)}
        known, alike = len(by_name), len(by_guess)
        rank = (2 * known + alike, 0 if known + alike else len(told))
        if best is None or rank > best[0]:
            best = (rank, _Titles(number, cells, 2 * known + alike, by_name | by_guess >= _OF_A_VISIT))
    return None if best is None else best[1]


def _is_a_value(text: str) -> bool:
    """Whether a cell holds a number or a day, which no heading does."""
    if _NUMBER.fullmatch(text):
        return True
    with suppress(ValueError):
        day_of(text)
        return True
    return False


def _no_titles(names: Sequence[str], sheet: str) -> str:
    if sheet and sheet not in names:
        return f"le classeur n'a pas de feuille « {sheet} »"
    return "aucune ligne ne nomme les colonnes (date, lycée, collège, élèves…) : partez du modèle"


def _parted(
    columns: Sequence[FileColumn],
    titles: _Titles,
    below: Sequence[tuple[int, list[str]]],
    chosen: Mapping[str, str],
    days_later: int,
) -> tuple[list[tuple[int, dict[str, str]]], list[LeftOut]]:
    """The lines that tell a visit, and those that tell none."""
    places = {one.heading: one.place for one in columns}
    lines: list[tuple[int, dict[str, str]]] = []
    left_out = []
    for number, held in below:
        cells = {name: held[places[it]] if places[it] < len(held) else "" for name, it in chosen.items()}
        if why := _no_visit(held, titles.cells, cells):
            left_out.append(LeftOut(number, why))
            continue
        if days_later and cells.get("date", "").isdecimal():
            cells["date"] = str(int(cells["date"]) + days_later)
        if "niveau" not in cells and "groupe" in cells:
            cells["niveau"] = cells["groupe"]
        lines.append((number, cells))
    return lines, left_out


def _no_visit(held: Sequence[str], titles: Sequence[str], cells: Mapping[str, str]) -> str:
    """Why a line is no visit: a sum, the headings once more, a title or a remark; empty for one that may be."""
    told = [one for one in held if one]
    which = [cells[name] for name in _WHICH if cells.get(name)]
    first = [] if _is_a_value(cells.get("date", "")) else told[:1]
    if total := next((one for one in (*which, *first) if _TOTAL.match(bare_heading(one))), ""):
        return f"« {one_line(total)[:60]} »"
    if list(held) == list(titles):
        return "les titres répétés"
    if len(set(told)) == 1:
        return f"« {one_line(told[0])[:60]} » seul"
    return "" if which or not cells else "ni date, ni établissement, ni classe"
