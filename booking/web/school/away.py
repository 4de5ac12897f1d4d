"""Whether a visit falls on a day when its collège is away, in words: a warning, never a refusal."""

from __future__ import annotations

from datetime import date

from booking.wording import day
from workshops.school_calendar.queries import day_off_of, holidays_known
from workshops.school_calendar.rules import DayOff, years_unknown
from workshops.schools.queries import school


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
