"""Where the programme should stand today, and where it will: what is counted, engaged and hoped. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import ceil

A_DAY = timedelta(days=1)
DAYS_A_YEAR = 365.25


def clearly_under(done: int, due: int) -> bool:
    """Whether a figure stands under where it is due by more than a tenth of it."""
    return 10 * done < 9 * due


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return _years_after(day, -1)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def hoped(brought: Mapping[date, int], known: Mapping[date, int], *, to_on: date, today: date) -> int:
    """What the months left may bring beyond what is known of them: as much as the same month of the last 12 brought.

    `brought`: the figure by the day that it was counted for, of which those of the last 12 months tell. `known`: by the
    first day of each month, what is counted of it after today or engaged: beyond it alone is hoped, never less than 0,
    so that a month that is full does not make up for an empty one. Of the month of today, its days to come.
    """
    repeated: Counter[date] = Counter()
    since = year_before(today)
    for on, figure in brought.items():
        if since < on <= today:
            for again in _again(on, to_on):
                repeated[month_of(again)] += figure
    return sum(max(0, figure - known.get(month, 0)) for month, figure in repeated.items())


def _again(day: date, to_on: date) -> Iterator[date]:
    years = 1
    while (again := _years_after(day, years)) <= to_on:
        yield again
        years += 1


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def evenly(brought: Mapping[date, int], *, from_on: date, today: date) -> dict[date, int]:
    """A first year that is not over, with the days of the last 12 months that it lacks as if they had brought as much
    as those it had."""
    since, days = year_before(today), (today - from_on + A_DAY).days
    if days < 1 or since >= from_on:
        return dict(brought)
    reached = sum(figure for on, figure in brought.items() if on <= today)
    missing = [since + n * A_DAY for n in range(1, (from_on - since).days)]
    told = [round(reached * n / days) for n in range(len(missing) + 1)]
    return {**brought, **{on: told[n + 1] - told[n] for n, on in enumerate(missing)}}


def due(target: int, *, from_on: date, to_on: date, on: date) -> int:
    """Where the pace line stands at the end of a day: as much each day, from nothing to the target."""
    days = (min(max(on, from_on - A_DAY), to_on) - from_on + A_DAY).days
    return round(target * days / (to_on - from_on + A_DAY).days)


def missing_a_year(lacking: int, *, to_on: date, today: date) -> int:
    """How much more than what is foreseen each year left would have to bring, rounded up; in less than a year, all that
    is lacking. 0 where nothing is, or nothing is left."""
    days = (to_on - today).days
    return 0 if days < 1 else max(0, ceil(lacking / max(1, days / DAYS_A_YEAR)))
