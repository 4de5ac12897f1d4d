"""Where the programme should stand today, and where it will if it goes on as it goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

A_YEAR = timedelta(days=365)
A_DAY = timedelta(days=1)
FEW = 5


def forecast(*, done: int, done_last_year: int, from_on: date, to_on: date, today: date) -> int | None:
    """The figure at the target's end at the present pace: that of the last 12 months, or since the start if later.

    A whole year is taken because visits follow the school year. None before the target's first day; what is done
    once its last day is over.
    """
    if today < from_on:
        return None
    if today >= to_on:
        return done
    elapsed = min(A_YEAR, today - from_on + A_DAY)
    pace = done_last_year / elapsed.days
    return round(done + pace * (to_on - today).days)


def share(done: int | None, target: int) -> int:
    """How much of the target is reached, in whole per cent, 100 at most."""
    return 0 if done is None else min(100, 100 * done // target)


def due(target: int, *, from_on: date, to_on: date, on: date) -> int:
    """Where the pace line stands at the end of a day: as much each day, from nothing to the target."""
    days = (min(max(on, from_on - A_DAY), to_on) - from_on + A_DAY).days
    return round(target * days / (to_on - from_on + A_DAY).days)


@dataclass(frozen=True)
class Shown:
    """A count as everyone may read it: None where it is so small that it could point at somebody."""

    label: str
    pupils: int | None


def masked(counts: Sequence[tuple[str, int]], *, least: int = FEW) -> list[Shown]:
    """Counts of a public table whose sum is known: those under 5 are hidden, and others until they cannot be told.

    The total minus the others is what the hidden ones make together. It must not be the count of one line, nor under
    5, nor 1 for each: until then the smallest of the others is hidden with them.
    """
    hidden = {label: pupils for label, pupils in counts if 0 < pupils < least}
    others = sorted((pupils, label) for label, pupils in counts if pupils >= least)
    while hidden and others and (len(hidden) == 1 or sum(hidden.values()) < max(least, len(hidden) + 1)):
        pupils, label = others.pop(0)
        hidden[label] = pupils
    return [Shown(label, None if label in hidden else pupils) for label, pupils in counts]
