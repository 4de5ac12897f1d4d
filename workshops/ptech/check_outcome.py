"""Whether an outcome can be that of a cohort. Pure."""

from __future__ import annotations

from datetime import date

from workshops.ptech.rules import OUTCOMES, PUPILS_MOST, YEARS_COUNTED, refuse, wrong_year
from workshops.school_calendar.rules import school_year_of, year_words

# Seconde, première, terminale, then two years of BTS: the first school year that can bring each, from the entry.
EARLIEST = {"bac_pro": 2, "bts_entered": 3, "bts_passed": 4}


def refuse_outcome(kind: str, pupils: int, *, entry_year: int, school_year: int, present_ever: int, on: date) -> None:
    """Raise Invalid for what a cohort cannot have: more pupils than ever entered, a year to come, one too early."""
    first = entry_year + EARLIEST.get(kind, 0)
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
            f"Année scolaire : {year_words(school_year)} n'a pas commencé.",
        ),
        (
            "school_year",
            not entry_year <= school_year < first,
            f"Ce devenir vient au plus tôt en {first}-{first + 1} pour cette cohorte.",
        ),
    )
    refuse(checks)
