"""Which kept sums make up a period. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workshops.school_calendar.rules import first_day_of, school_year_of

A_DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Piece:
    """The sums of a month or of a school year (`span`) from its first day on, added or taken away (`sign`)."""

    span: str
    begins: date
    sign: int = 1


@dataclass(frozen=True)
class Pieces:
    """A period as sums kept, and as the days at its edges that have none: both days of an edge included."""

    kept: list[Piece]
    edges: list[tuple[date, date]]


def year_of(day: date) -> date:
    """The first day of a day's school year: it turns on 1 August."""
    return first_day_of(school_year_of(day))


def pieces_of(from_on: date, to_on: date) -> Pieces:
    """The fewest sums that make up a period, both days included: a school year but for two months is three of them."""
    first = from_on if from_on.day == 1 else _next_month(from_on)
    last = _month(to_on + A_DAY)
    if first >= last:
        return Pieces([], _cut(from_on, to_on))
    edges = [(from_on, first - A_DAY)] if from_on < first else []
    edges += [(last, to_on)] if last <= to_on else []
    kept: list[Piece] = []
    begins = year_of(first)
    while begins < last:
        kept += _of_year(begins, first, last)
        begins = first_day_of(begins.year + 1)
    return Pieces(kept, edges)


def _of_year(begins: date, first: date, last: date) -> list[Piece]:
    months = [begins]
    while len(months) < MONTHS_OF_A_YEAR:
        months.append(_next_month(months[-1]))
    within = [Piece("month", one) for one in months if first <= one < last]
    without = [Piece("month", one, -1) for one in months if not first <= one < last]
    return within if len(within) <= len(without) else [Piece("year", begins), *without]


def _cut(from_on: date, to_on: date) -> list[tuple[date, date]]:
    return [(from_on, to_on)] if from_on <= to_on else []


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _month(_month(day) + timedelta(days=31))
