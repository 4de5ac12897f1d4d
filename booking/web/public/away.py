"""The days without pupils, in words: what a month shades, what is not known, what a teacher hears before reserving."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

from booking.words.wording import day
from workshops.school_calendar.queries import closures_between, day_off_of, holidays_known
from workshops.school_calendar.rules import DayOff, UnknownYear, reason_closed, years_unknown
from workshops.schools.queries import school

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


async def away_words(college: int, on: date) -> str:
    """What a teacher must hear before reserving on this day; empty when the collège is open."""
    off = await day_off_of(college, on)
    if off is not None:
        return f"{_reason(off)} Vous pouvez réserver quand même."
    home = await school(college)
    if home is None or not years_unknown(await holidays_known(home.zone), on, on):
        return ""
    whose = f"de la zone {home.zone}, celle de votre collège," if home.zone else "de votre académie"
    return f"Technilab ne connaît pas les vacances {whose} à cette date : vérifiez votre calendrier."


def _reason(off: DayOff) -> str:
    if off.kind == "public_holiday":
        return f"Ce jour est férié : {off.label}."
    until = "ce jour-là" if off.first_on == off.last_on else f"jusqu'au {day(off.last_on)}"
    if off.kind == "closure":
        return f"Votre collège est fermé {until} : {off.label}."
    return f"Votre collège est en vacances {until} : {off.label}, zone {off.zone}."
