"""Whether a day can be one of a cohort: not before the year of its entry, not after its last census. Pure."""

from __future__ import annotations

from datetime import date, datetime

from workshops.ptech.rules import YEARS_COUNTED
from workshops.refusals import Invalid
from workshops.school_calendar.rules import paris_day


def refuse_mentor_day(from_on: date, *, entry_year: int) -> None:
    """Raise Invalid for a company that would begin before the cohort, or after it."""
    _refuse("from_on", "Depuis le", from_on, entry_year)


def refuse_action_day(starts_at: datetime, *, entry_year: int) -> None:
    """Raise Invalid for an action on a day when the cohort is not."""
    _refuse("starts_at", "Date de l'action", paris_day(starts_at), entry_year)


def _refuse(field: str, label: str, day: date, entry_year: int) -> None:
    """A company is met before the first day of school: the whole year of the entry counts."""
    last = entry_year + YEARS_COUNTED
    if not date(entry_year, 1, 1) <= day <= date(last, 8, 31):
        raise Invalid({field: f"{label} : du 1er janvier {entry_year} au 31 août {last} pour cette cohorte."})
