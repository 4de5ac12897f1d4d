"""What a chart shows, in plain values: two charts of the same figures are one. Pure."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

# Beyond, the smallest are drawn together as one bar; the table beside has them all.
BARS_MOST = 15


class Curve(Struct, frozen=True):
    """What was reached day after day, against a pace line that rises evenly to the target.

    `ahead`: where it ends at the present pace; `before`: what had been reached before the target began, from nothing,
    which counts for none of it. `stepped`: it is counted on some days, and stands between
    them. `words` tells the whole in a sentence, for those who cannot see it.
    """

    title: str
    words: str
    unit: str
    from_on: date
    to_on: date
    target: int
    points: tuple[tuple[date, int], ...]
    ahead: int | None = None
    before: tuple[tuple[date, int], ...] = ()
    stepped: bool = False


class Bars(Struct, frozen=True):
    """One bar for each heading, with its figure written on it. `upright`: in the order of time, side by side."""

    title: str
    words: str
    unit: str
    bars: tuple[tuple[str, int], ...]
    upright: bool = False


Chart = Curve | Bars


def gathered(bars: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The first bars, and the sum of all the others as the last one."""
    if len(bars) <= BARS_MOST:
        return tuple(bars)
    rest = bars[BARS_MOST - 1 :]
    return (*bars[: BARS_MOST - 1], (f"{len(rest)} autres", sum(figure for _, figure in rest)))
