"""Whether an outcome can be that of a cohort. Pure."""

from __future__ import annotations

from datetime import date

from workshops.ptech.rules import OUTCOMES, PUPILS_MOST, YEARS_COUNTED, refuse, wrong_year
from workshops.school_calendar.rules import school_year_of


def refuse_outcome(kind: str, pupils: int, *, entry_year: int, school_year: int, present_ever: int, on: date) -> None:
    """Raise Invalid for an outcome that the cohort cannot have: more pupils than ever entered, a year to come."""
    checks = (
        ("kind", kind in OUTCOMES, "Devenir : choisissez dans la liste."),
        ("pupils", 0 <= pupils <= PUPILS_MOST, f"Élèves : de 0 à {PUPILS_MOST}."),
        (
            "pupils",
            pupils <= present_ever,
            f"La cohorte n'a compté que {present_ever} élève{'s' if present_ever > 1 else ''} en tout.",
        ),
        ("school_year", entry_year <= school_year < entry_year + YEARS_COUNTED + 1, wrong_year(entry_year)),
        (
            "school_year",
            school_year <= school_year_of(on),
            f"Année scolaire : {school_year}-{school_year + 1} n'a pas commencé.",
        ),
    )
    refuse(checks)
