"""Where the programme should stand today, and where it will if it goes on as it goes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Left:
    """What is left of a target's time, as the last 12 months know it: `years` whole ones, then from `since` (not
    included) to `until` (included), a year ago or less."""

    years: int
    since: date
    until: date


def left(*, to_on: date, today: date) -> Left:
    """The days after today up to the target's last one, each told by the same day of the last 12 months."""
    years = to_on.year - today.year
    while _years_after(today, years) > to_on:
        years -= 1
    return Left(years, _years_after(today, -1), _years_after(to_on, -(years + 1)))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class Past:
    """What is `done` in all, what the last 12 months brought of it, on the days too that stand for the target's last
    ones, and what is `awaited` already."""

    done: int
    in_a_year: int
    in_the_rest: int
    awaited: int = 0


def forecast(past: Past, *, from_on: date, to_on: date, today: date) -> int | None:
    """The figure at the target's end, if each day to come brings what the same day of the last 12 months brought.

    So that it follows the calendar of what is counted: visits stop in summer, a course opens at a rentrée, pupils are
    counted in October. Never less than what is awaited already. None before the target's first day; what is done once
    its last day is over.
    """
    if today < from_on:
        return None
    if today >= to_on:
        return past.done
    years = left(to_on=to_on, today=today).years
    return past.done + max(past.awaited, years * past.in_a_year + past.in_the_rest)


def evenly(past: Past, *, from_on: date, to_on: date, today: date) -> Past:
    """A first year that is not over, as if the days it lacks had brought as much as those it had."""
    days = (today - from_on).days + 1
    rest = left(to_on=to_on, today=today)
    if days < 1:
        return past
    return replace(
        past,
        in_a_year=round(past.done * (today - rest.since).days / days),
        in_the_rest=round(past.done * (rest.until - rest.since).days / days),
    )


def due(target: int, *, from_on: date, to_on: date, on: date) -> int:
    """Where the pace line stands at the end of a day: as much each day, from nothing to the target."""
    days = (min(max(on, from_on - A_DAY), to_on) - from_on + A_DAY).days
    return round(target * days / (to_on - from_on + A_DAY).days)
