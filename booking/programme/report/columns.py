"""How wide each column of a table is, on a paper and in a text document, and which of them stand to the right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from reportlab.pdfbase.pdfmetrics import stringWidth

from booking.day.badges.draw import BOLD, printable
from booking.programme.report.printed import shown
from booking.programme.report.rules import Block, Cell, Drawn, Figures, Paragraph

# Points: the size of a cell, what stands beside its words, and before those that follow figures.
SIZE, ASIDE, APART = 8.8, 10.0, 10.0
# Of a column of words: within what it is never broken, how far one word makes it go, what it is given before others go
# short; of a column of figures, how far its heading makes it go.
SHORT, WORD_MOST, WORDS_MOST, HEADING_MOST = 66.0, 96.0, 230.0, 56.0
# « 18 563 € », « 12,5 % », « 24 h 30 », « 1 sur 9 », « moins de 5 »: a figure in words, with its unit or hidden.
MEASURE = re.compile(r"[-+]?\d[\d\s]*(,\d+)?(\s?(€|%|km)|\sh(\s\d\d)?|\ssur\s\d[\d\s]*)?|moins de \d+|masqué")

# To stand beside another, how many lines a table has at most, of what share of the page it is content, and how many
# signs say its rule.
SMALL_LINES, SMALL_WIDE, RULE_MOST = 11, 0.56, 500


class Column(Struct, frozen=True):
    """A column as it is printed; `figures`: it stands to the right, `apart`: a little away from figures before it."""

    heading: str
    cells: tuple[str, ...]
    figures: bool
    apart: bool
    width: float


class Asked(Struct, frozen=True):
    """The least width with which a column is read, and the whole that it would take."""

    least: float
    whole: float


def columns_of(figures: Figures, room: float) -> tuple[Column, ...]:
    """The columns of a table in so many points.

    What is left over is shared out; where there is too little, words are broken before figures are.
    """
    columns, counts, apart = _columns(figures)
    printed = [_printed(cells) for cells in columns]
    widths = _shared(_all_asked(figures), counts, room)
    return tuple(map(Column, figures.columns, printed, counts, apart, widths))


def _columns(figures: Figures) -> tuple[list[list[Cell]], list[bool], list[bool]]:
    """The cells of each column, whether it holds figures, and whether it stands away from some."""
    columns = [[line[n] for line in figures.lines] for n in range(len(figures.columns))]
    counts = [n > 0 and _counts(cells) for n, cells in enumerate(columns)]
    return columns, counts, [before and not count for before, count in zip([False, *counts], counts, strict=False)]


def _all_asked(figures: Figures) -> list[Asked]:
    columns, counts, apart = _columns(figures)
    return list(map(_asked, figures.columns, map(_printed, columns), counts, apart))


def abreast(blocks: Sequence[Block], room: float) -> Iterator[tuple[Block, ...]]:
    """The blocks as they stand under one another: two charts, or two small tables, that follow one another, as one."""
    waiting: Block | None = None
    for block in _with_notes(blocks):
        if waiting is not None and type(block) is type(waiting) and _small(block, room):
            yield waiting, block
            waiting = None
            continue
        if waiting is not None:
            yield (waiting,)
        waiting = block if _small(block, room) else None
        if waiting is None:
            yield (block,)
    if waiting is not None:
        yield (waiting,)


def _with_notes(blocks: Sequence[Block]) -> Iterator[Block]:
    """A note right under a table that has no rule is its rule: no page parts them."""
    table: Figures | None = None
    for block in blocks:
        if table is not None and isinstance(block, Paragraph) and block.note:
            yield replace(table, rule=block.text)
            table = None
            continue
        if table is not None:
            yield table
        table = block if isinstance(block, Figures) and block.lines and not block.rule else None
        if table is None:
            yield block
    if table is not None:
        yield table


def beside(left: Figures, right: Figures) -> tuple[Figures, Figures, str]:
    """Two small tables, and the rule that both share, which is said once, under both."""
    if left.rule != right.rule:
        return left, right, ""
    return replace(left, rule=""), replace(right, rule=""), left.rule


def _small(block: Block, room: float) -> bool:
    """Whether there is room for another one beside it."""
    if not isinstance(block, Figures):
        return isinstance(block, Drawn)
    asked = _all_asked(block)
    words = [block.title, *block.columns, *(shown(cell) for line in block.lines for cell in line)]
    if len(block.rule) > RULE_MOST or max(map(_wide, words)) > room:
        return False
    small = (
        sum(column.whole for column in asked) <= SMALL_WIDE * room and sum(column.least for column in asked) < room / 2
    )
    return small and 0 < len(block.lines) <= SMALL_LINES


def _counts(cells: Sequence[Cell]) -> bool:
    """Whether a column holds figures, some of which may be hidden or unknown."""
    told = [cell for cell in cells if cell not in {None, ""}]
    if not told or any(isinstance(cell, int | float) for cell in told):
        return True
    return all(isinstance(cell, str) and MEASURE.fullmatch(cell) for cell in told)


def _printed(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The cells of a column, with a tenth in each of them where one has a tenth."""
    tenths = any(isinstance(cell, float) and not cell.is_integer() for cell in cells)
    return tuple(shown(cell, tenths=tenths) for cell in cells)


def _asked(heading: str, cells: Sequence[str], figures: bool, apart: bool) -> Asked:
    longest = min(max((_wide(word) for text in (heading, *cells) for word in text.split(" ")), default=0.0), WORD_MOST)
    aside = ASIDE + (APART if apart else 0)
    if figures:
        # A heading takes two lines rather than many.
        one = _wide(heading)
        unbroken = max((_wide(cell) for cell in cells if MEASURE.fullmatch(cell)), default=0.0)
        least = max(unbroken, longest, one if one <= HEADING_MOST else 0)
        return Asked(least + aside, max(least, min(one, max(HEADING_MOST, one / 2 + ASIDE))) + aside)
    whole = max(map(_wide, cells), default=0.0)
    least = max(longest, whole) if whole <= SHORT else longest
    return Asked(least + aside, max(least, min(max(whole, _wide(heading)), WORDS_MOST)) + aside)


def _shared(asked: Sequence[Asked], counts: Sequence[bool], room: float) -> list[float]:
    least, whole = [column.least for column in asked], [column.whole for column in asked]
    alike = max((wide for wide, figures in zip(whole, counts, strict=True) if figures), default=0.0)
    level = [alike if figures else wide for wide, figures in zip(whole, counts, strict=True)]
    if sum(level) <= room:
        whole = level
    if sum(whole) <= room:
        return [wide * room / sum(whole) for wide in whole]
    if sum(least) >= room:
        return [wide * room / sum(least) for wide in least]
    given = (room - sum(least)) / (sum(whole) - sum(least))
    return [low + (high - low) * given for low, high in zip(least, whole, strict=True)]


def _wide(text: str) -> float:
    return float(stringWidth(printable(text), BOLD, SIZE))
