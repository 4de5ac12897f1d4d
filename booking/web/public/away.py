"""The days without pupils, in words: what a month shades, what is not known of a zone."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

from booking.wording import day
from workshops.school_calendar.queries import closures_between, holidays_known
from workshops.school_calendar.rules import UnknownYear, reason_closed, years_unknown

CLOSED_WORDS = {"holiday": "Vacances", "public_holiday": "Férié", "closure": "Fermé"}


async def days_off(month: date, *, zone: str, college: int | None) -> dict[date, str]:
    """The month's days without pupils, each with its word; also those on which this collège is closed."""
    days = [on for on in Calendar().itermonthdates(month.year, month.month) if on.month == month.month]
    schools = [] if college is None else [college]
    closures = await closures_between(days[0], days[-1], zones=[zone], schools=schools)
    reasons = {on: reason_closed(on, closures, zone=zone, school=college) for on in days}
    return {on: CLOSED_WORDS[reason] for on, reason in reasons.items() if reason}


async def not_known(zone: str, first_on: date, last_on: date) -> str:
    """What must be said of a zone whose holidays nobody gave for these days; empty when all are known."""
    unknown = years_unknown(await holidays_known(zone), first_on, last_on)
    if not unknown:
        return ""
    if not zone:
        return "Technilab ne connaît pas les vacances de votre académie, qui a son propre calendrier."
    return f"Technilab ne connaît pas les vacances de la zone {zone} {' ni '.join(_when(one) for one in unknown)}."


def _when(one: UnknownYear) -> str:
    if one.known_until is None:
        return f"pour {one.autumn}-{one.autumn + 1}"
    return f"après le {day(one.known_until)}"
