"""Which kept sums make up a period. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from workshops.school_calendar.rules import first_day_of, school_year_of

A_DAY = timedelta(days=1)
EVER = date(2000, 1, 1)
MONTHS_OF_A_YEAR = 12


class Piece(Struct, frozen=True):
    """The sums of a month, a school year or ever (`span`) from its first day on, added or taken away (`sign`)."""

    span: str
    begins: date
    sign: int = 1


class Pieces(Struct, frozen=True):
    """A period as sums kept, and as the days at its edges that have none: both days of an edge included."""

    kept: list[Piece]
    edges: list[tuple[date, date]]


def year_of(day: date) -> date:
    """The first day of a day's school year: it turns on 1 August."""
    return first_day_of(school_year_of(day))


def pieces_of(
    from_on: date,
    to_on: date,
    *,
    years: tuple[date, date] | None,
    held: tuple[date, date] | None = None,
    by_year: bool = False,
) -> Pieces:
    """The fewest sums that make up a period, both days included; `years` are the first and the last that have any.

    All but August of a school year is the year less a month; all but one of ten years is ever less a year. `held` are
    the days of the first and the last visit: who asks for no less than these has whole months, as of figures up to
    today. `by_year`: no sum of all years stands for them, each piece is of one school year.
    """
    if held is not None and from_on <= to_on:
        from_on = _month(from_on) if from_on <= held[0] else from_on
        to_on = _next_month(to_on) - A_DAY if to_on >= held[1] else to_on
    first = from_on if from_on.day == 1 else _next_month(from_on)
    last = _month(to_on + A_DAY)
    if years is None or first >= last:
        return Pieces([], [(from_on, to_on)] if from_on <= to_on else [])
    edges = [(from_on, first - A_DAY)] if from_on < first else []
    edges += [(last, to_on)] if last <= to_on else []
    added, left_out, begins = list[Piece](), [Piece("ever", EVER)], years[0]
    while begins <= years[1]:
        months = _months(begins)
        within = [one for one in months if first <= one < last]
        without = [one for one in months if not first <= one < last]
        added += _fewest(begins, within, without, sign=1)
        left_out += _fewest(begins, without, within, sign=-1)
        begins = first_day_of(begins.year + 1)
    return Pieces(added if by_year or len(added) <= len(left_out) else left_out, edges)


def _fewest(begins: date, told: list[date], others: list[date], *, sign: int) -> list[Piece]:
    """Some months of a school year: each of them, or the year without the others."""
    if len(told) <= len(others):
        return [Piece("month", one, sign) for one in told]
    return [Piece("year", begins, sign), *(Piece("month", one, -sign) for one in others)]


def _months(begins: date) -> list[date]:
    months = [begins]
    while len(months) < MONTHS_OF_A_YEAR:
        months.append(_next_month(months[-1]))
    return months


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _month(_month(day) + timedelta(days=31))
