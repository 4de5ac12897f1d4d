"""One mask over every count of pupils that is public at once, and which figures may be told together: none that is
hidden can be had from the others. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.figures.rules import FEW, is_few
from workshops.results.curve import CurvePoint


class MaskedCount(Struct, frozen=True):
    """A count as everyone may read it: None where it is so small that it could point at somebody."""

    label: str
    pupils: int | None


class PublicYear(Struct, frozen=True):
    """The pupils of one school year, or of the part of it up to its last counted day; `after` is the day before it."""

    label: str
    after: date
    until: date
    pupils: int


class PublicCounts(Struct, frozen=True):
    """Every count that is to be public. `points` are cumulated and begin at nothing; `years` follow each other.

    `tables` each share out the whole, `lycees` share out the year `this_year`; what a table leaves of its sum is
    nobody's line.
    """

    points: list[CurvePoint]
    years: list[PublicYear]
    tables: dict[str, list[tuple[str, int]]]
    lycees: list[tuple[str, int]]
    this_year: str = ""

    @property
    def whole(self) -> int:
        """All pupils received."""
        return sum(one.pupils for one in self.years)


class Masked(Struct, frozen=True):
    """The same counts as everyone may read them; `few`: even the whole is hidden."""

    points: list[CurvePoint]
    years: list[MaskedCount]
    tables: dict[str, list[MaskedCount]]
    lycees: list[MaskedCount]
    few: bool


class _Told(Struct, frozen=True):
    """A figure that joins two days: what was received between them is known."""

    kind: str
    after: date
    until: date
    pupils: int


def mask(counts: PublicCounts) -> Masked:
    """The counts without those that are under 5, nor those by which they could be computed."""
    whole = counts.whole
    this_year = next((one for one in counts.years if one.label == counts.this_year), None)
    lycees = masked(counts.lycees, total=this_year.pupils if this_year else None)
    told = _safe(_first_told(counts, lycees, this_year), dict(_reached(counts)))
    years = {one.until for one in told if one.kind == "year"}
    points = {one.until for one in told if one.kind in {"point", "whole"}} | {one.after for one in counts.years[:1]}
    if this_year and _tell(lycees) and not any(one.kind == "lycees" for one in told):
        least = min((one for one in lycees if one.pupils), key=lambda one: one.pupils or 0)
        lycees = [replace(one, pupils=None) if one is least else one for one in lycees]
    return Masked(
        points=[one for one in counts.points if one.on in points],
        years=[MaskedCount(year.label, year.pupils if year.until in years else None) for year in counts.years],
        tables={name: masked(cells, total=whole) for name, cells in counts.tables.items()},
        lycees=lycees,
        few=is_few(whole),
    )


def masked(counts: Sequence[tuple[str, int]], *, total: int | None = None) -> list[MaskedCount]:
    """Counts of a table whose sum is known: those under 5 are hidden, and others until they cannot be told.

    The total minus the others is what the hidden ones make together. It must not be the count of one line, nor under
    5, nor 1 for each: until then the smallest of the others is hidden with them. What the lines leave of `total` is
    told as well, so that it counts as a hidden line where it is small itself.
    """
    hidden = {label: pupils for label, pupils in counts if is_few(pupils)}
    rest = 0 if total is None else total - sum(pupils for _, pupils in counts)
    if is_few(rest):
        hidden[""] = rest
    others = sorted((pupils, label) for label, pupils in counts if pupils >= FEW)
    while hidden and others and (len(hidden) == 1 or sum(hidden.values()) < max(FEW, len(hidden) + 1)):
        pupils, label = others.pop(0)
        hidden[label] = pupils
    return [MaskedCount(label, None if label in hidden else pupils) for label, pupils in counts]


def _reached(counts: PublicCounts) -> list[tuple[date, int]]:
    """What had been received at the end of each day that a figure speaks of."""
    found, reached = [(one.on, one.figure) for one in counts.points], 0
    for one in counts.years:
        found.append((one.after, reached))
        reached += one.pupils
        found.append((one.until, reached))
    return found


def _first_told(counts: PublicCounts, lycees: list[MaskedCount], this_year: PublicYear | None) -> list[_Told]:
    if not counts.years:
        return []
    first, last = counts.years[0].after, counts.years[-1].until
    told = [_Told("year", one.after, one.until, one.pupils) for one in counts.years if not is_few(one.pupils)]
    if not is_few(counts.whole):
        told.append(_Told("whole", first, last, counts.whole))
        told += [_Told("point", first, one.on, one.figure) for one in counts.points if first < one.on < last]
    if this_year and _tell(lycees):
        told.append(_Told("lycees", this_year.after, this_year.until, this_year.pupils))
    return told


def _tell(lycees: list[MaskedCount]) -> bool:
    """Whether the lycées tell what their year brought."""
    return any(one.pupils for one in lycees) and all(one.pupils is not None for one in lycees)


def _safe(told: list[_Told], reached: dict[date, int]) -> list[_Told]:
    """What may be told: points of the curve go first, then the smallest of the years that betray a count."""
    while (betrayed := _betrayed(told, reached)) is not None:
        way = [one for one in _way(told, *betrayed) if one.kind != "whole"]
        points = [one for one in way if one.kind == "point"]
        years = [one for one in way if one.kind == "year"]
        if points:
            told = [one for one in told if one is not max(points, key=lambda point: point.until)]
        elif years:
            again = {one.until for one in told if one.kind == "lycees"}
            least = min(years, key=lambda year: (year.until in again, not year.pupils, year.pupils))
            told = [one for one in told if one is not least]
        else:
            told = [one for one in told if one.kind != "lycees"]
    return told


def _betrayed(told: list[_Told], reached: dict[date, int]) -> tuple[date, date] | None:
    """Two days, joined by what is told, between which fewer than 5 pupils were received."""
    for days in _joined(told):
        ordered = sorted(days)
        for before, after in pairwise(ordered):
            if is_few(reached[after] - reached[before]):
                return before, after
    return None


def _joined(told: list[_Told]) -> list[set[date]]:
    together: list[set[date]] = []
    for one in told:
        touched = [days for days in together if one.after in days or one.until in days]
        together = [days for days in together if days not in touched]
        together.append({one.after, one.until}.union(*touched))
    return together


def _way(told: list[_Told], start: date, end: date) -> list[_Told]:
    """The figures by which two days are joined, the fewest of them."""
    queue = deque([(start, list[_Told]())])
    seen = {start}
    while queue:
        day, way = queue.popleft()
        if day == end:
            return way
        for one in told:
            if day in (one.after, one.until):
                other = one.until if day == one.after else one.after
                if other not in seen:
                    seen.add(other)
                    queue.append((other, [*way, one]))
    return []


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
        if not _few_betrayed([*rows, row], pupils, hidden):
            rows.append(row)
            told.add(name)
    return told


def _row(of: Collection[Cell], cells: Sequence[Cell]) -> _Row:
    return tuple(int(cell in of) for cell in cells)


def _few_betrayed(rows: Sequence[_Row], pupils: Sequence[int], hidden: Collection[_Row]) -> bool:
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
