"""The first lines of a long table, and the sum of all the others as its last one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from booking.programme.report.mask import HIDDEN
from booking.programme.report.rules import Cell
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


def gathered_lines(lines: Iterable[Line], most: int = FIRST_LINES) -> tuple[Line, ...]:
    """Whole lines: the others are added up column by column, but for words and days. None of them is masked."""
    all_lines = list(lines)
    if len(all_lines) <= most + 1:
        return tuple(all_lines)
    rest = all_lines[most:]
    summed = (_sum([line[at] for line in rest]) for at in range(1, len(rest[0])))
    return (*all_lines[:most], (others(len(rest)), *summed))


def _sum(cells: Sequence[Cell]) -> Cell:
    counts = [cell for cell in cells if isinstance(cell, int)]
    return sum(counts) if counts and not any(cell == HIDDEN or isinstance(cell, str) for cell in cells) else None
