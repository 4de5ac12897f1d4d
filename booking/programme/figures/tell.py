"""Which figures may be told together: no count under 5 is their sum or their difference. Pure.

A figure is the pupils of some cells: of a level in a school year, say. Whoever reads several figures knows every count
that can be had from them by adding and subtracting. Where such a count is that of a set of cells, and under 5, one of
the figures too many was told.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias, TypeVar

from booking.programme.figures.mask import is_few

Cell = TypeVar("Cell", bound=Hashable)
_Row: TypeAlias = tuple[int, ...]


def told_of(
    figures: Sequence[tuple[str, Collection[Cell]]],
    *,
    counts: Mapping[Cell, int],
    known: Sequence[Collection[Cell]] = (),
    never: Sequence[Collection[Cell]] = (),
) -> set[str]:
    """The names of those figures, taken in this order, that may be told beside what is `known` already.

    `never`: what must not be had either, be it large.
    """
    cells = [cell for cell, pupils in counts.items() if pupils]
    pupils = [counts[cell] for cell in cells]
    hidden = {_row(one, cells) for one in never}
    rows, told = [_row(one, cells) for one in known], set[str]()
    for name, of in figures:
        row = _row(of, cells)
        if not _betrayed([*rows, row], pupils, hidden):
            rows.append(row)
            told.add(name)
    return told


def _row(of: Collection[Cell], cells: Sequence[Cell]) -> _Row:
    return tuple(int(cell in of) for cell in cells)


def _betrayed(rows: Sequence[_Row], pupils: Sequence[int], hidden: Collection[_Row]) -> bool:
    """Whether some set of cells, whose count is few or hidden, can be told from these rows."""
    return any(
        one in hidden or is_few(sum(count for inside, count in zip(one, pupils, strict=True) if inside))
        for one in _sets_within(rows)
    )


def _sets_within(rows: Sequence[_Row]) -> Iterator[_Row]:
    """Every set of cells whose count is a combination of these rows.

    Reduced, each row has a cell that no other has: in a set it is taken once or not at all.
    """
    reduced = _reduced(rows)
    whole = lcm(*(number.denominator for row in reduced for number in row)) if reduced else 1
    basis = [[int(number * whole) for number in row] for row in reduced]
    sums = [[0] * len(rows[0])] if rows else []
    for row in basis:
        sums += [[had + more for had, more in zip(one, row, strict=True)] for one in sums]
    for one in sums:
        if any(one) and all(number in (0, whole) for number in one):
            yield tuple(number // whole for number in one)


def _reduced(rows: Sequence[_Row]) -> list[list[Fraction]]:
    """The rows in reduced echelon form, those that the others tell left out."""
    left = [[Fraction(number) for number in row] for row in rows]
    found: list[list[Fraction]] = []
    for at in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[at]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        pivot = [number / pivot[at] for number in pivot]
        for others in (left, found):
            others[:] = [
                [number - row[at] * by for number, by in zip(row, pivot, strict=True)] if row[at] else row
                for row in others
            ]
        found.append(pivot)
    return found
