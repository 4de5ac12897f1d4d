"""Where the words of a chart find room: clear of its lines, and of one another. Pure.

Heights grow downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf

from booking.programme.charts.marks import RIM, TALL, Caption, Place, reach

# Of how much of a line of words its place is the end.
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


def lowest(way: Sequence[Place], *, since: float, until: float = inf) -> float:
    """How low a line comes between two places across; as high as can be where it does not pass there."""
    return max(_heights(way, since, until), default=-inf)


def highest(way: Sequence[Place], *, since: float, until: float = inf) -> float:
    """How high it goes there; as low as can be where it does not pass there."""
    return min(_heights(way, since, until), default=inf)


def reaching(line: Sequence[Place], height: float) -> float:
    """Where across a straight line that rises is at this height, or would be."""
    (left, low), (right, high) = line
    return left + (right - left) * (low - height) / (low - high)


def first_clear(
    tries: Iterable[Caption],
    *,
    lines: Iterable[Sequence[Place]],
    words: Iterable[Caption],
    left: float,
    right: float,
    bottom: float,
) -> Caption | None:
    """The first of these that no line crosses and that stands on no other words, between the edges of the drawing."""
    lines, words = tuple(lines), tuple(words)
    for told in tries:
        since, top, until, base = _room(told)
        inside = left <= since + RIM and until - RIM <= right and top >= 0 and base <= bottom
        if inside and not any(_crossed(told, line) for line in lines) and not any(_on(told, one) for one in words):
            return told
    return None


def _room(words: Caption) -> tuple[float, float, float, float]:
    """The left, top, right and bottom of words, with the paper around them."""
    (across, base), wide = words.at, reach(words.text)
    left = across - wide * _BEFORE[words.anchor]
    return left - RIM, base - TALL - RIM, left + wide + RIM, base + RIM


def _crossed(words: Caption, line: Sequence[Place]) -> bool:
    left, top, right, bottom = _room(words)
    return highest(line, since=left, until=right) <= bottom and top <= lowest(line, since=left, until=right)


def _on(words: Caption, other: Caption) -> bool:
    left, top, right, bottom = _room(words)
    its_left, its_top, its_right, its_bottom = _room(other)
    return left < its_right and its_left < right and top < its_bottom and its_top < bottom


def _heights(way: Sequence[Place], since: float, until: float) -> Iterator[float]:
    for (left, height), (right, next_height) in pairwise(way):
        if right >= since and left <= until:
            for across in (max(left, since), min(right, until)):
                share = (across - left) / (right - left) if right > left else 0.0
                yield height + share * (next_height - height)
            if left == right:
                yield next_height
