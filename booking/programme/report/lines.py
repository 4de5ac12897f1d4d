"""The first lines of a long table, and the sum of all the others as its last one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from booking.programme.report.mask import HIDDEN
from booking.programme.report.rules import Block, Cell, Figures
from booking.words.wording import number

FIRST_LINES = 10
Line = tuple[Cell, ...]


def others(count: int) -> str:
    """« et 12 autres »"""
    return f"et {number(count)} {'autres' if count > 1 else 'autre'}"


def gathered_counts(counts: Sequence[tuple[str, int]], most: int = FIRST_LINES) -> list[tuple[str, int]]:
    """Counts under their labels, gathered before any of them is masked: what is hidden is hidden among all."""
    if len(counts) <= most + 1:
        return list(counts)
    rest = counts[most:]
    return [*counts[:most], (others(len(rest)), sum(figure for _, figure in rest))]


def gathered_lines(lines: Iterable[Line], most: int = FIRST_LINES, *, shared: Collection[int] = ()) -> tuple[Line, ...]:
    """Whole lines: the others are added up column by column, but for words and days. None of them is masked.

    `shared`: the columns that count a thing once for each who shares it, which no sum may do.
    """
    all_lines = list(lines)
    if len(all_lines) <= most + 1:
        return tuple(all_lines)
    rest = all_lines[most:]
    summed = (None if at in shared else _sum([line[at] for line in rest]) for at in range(1, len(rest[0])))
    return (*all_lines[:most], (others(len(rest)), *summed))


def _sum(cells: Sequence[Cell]) -> Cell:
    counts = [cell for cell in cells if isinstance(cell, int)]
    return sum(counts) if counts and not any(cell == HIDDEN or isinstance(cell, str) for cell in cells) else None


def cut(blocks: Iterable[Block], most: int = FIRST_LINES) -> tuple[Block, ...]:
    """The blocks with the first lines alone of each table, whose rule says how many it has; nothing is added up."""
    return tuple(_cut(one, most) if isinstance(one, Figures) and len(one.lines) > most + 1 else one for one in blocks)


def _cut(figures: Figures, most: int) -> Figures:
    told = f"Les {number(most)} premières lignes, sur {number(len(figures.lines))}."
    return replace(figures, lines=figures.lines[:most], rule=f"{figures.rule} {told}".lstrip())


def notes_below(figures: Figures) -> Figures:
    """A table whose last column says how each line is counted, with that under it: it takes fewer lines there."""
    notes = " ".join(f"{line[0]} : {line[-1]}" for line in figures.lines if line[-1])
    lines = tuple(line[:-1] for line in figures.lines)
    return replace(figures, columns=figures.columns[:-1], lines=lines, rule=f"{notes} {figures.rule}".strip())
