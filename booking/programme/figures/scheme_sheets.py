"""What the sheets of P-TECH and BTS+1 hold: the courses year after year, who went abroad, what became of the leavers.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from booking.programme.figures.compose import FigureSheet
from booking.programme.figures.periods import Period
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear
from workshops.programmes.bts1.rules import DIRECTIONS
from workshops.programmes.ptech.follow_leavers import (
    DESTINATIONS,
    LAST_YEAR,
    LEAVERS_RULE,
    Leavers,
    LeavingCohort,
    LeavingCohorts,
)
from workshops.school_calendar.rules import first_day_of, year_words

COURSE_YEARS, STAY_YEARS, LEAVING = "bts1-annees", "bts1-mobilites", "ptech-devenir"
COURSES_RULE = (
    "Toutes les formations, une année scolaire par ligne ; une case vide n'a été notée par aucune. Emploi : parmi les"
    " diplômés dont la situation est connue six mois après."
)
STAYS_RULE = (
    "Une personne compte à chaque départ ou arrivée. Durée moyenne : de ceux dont elle est notée, toute semaine"
    " commencée comptée."
)
EVERY_COHORT = "Toutes ces cohortes"
COURSE_COLUMNS = (
    *("Année scolaire", "Formations", "Places", "Inscrits", "Diplômés", "Formations qui les ont notés"),
    *("Ont répondu à 6 mois", "En emploi à 6 mois"),
)
STAY_COLUMNS = ("Année scolaire", "Sens", "Personnes", "Pays", "Durée moyenne (semaines)")
LEAVERS_COLUMNS = ("Cohorte", "Compté en", "Présents en fin de bac", *DESTINATIONS.values(), "Inconnu")


def course_years_sheet(years: Sequence[CourseYear]) -> FigureSheet:
    """The courses together, a line a school year."""
    lines = tuple(
        (
            year_words(one.school_year),
            one.courses,
            one.places,
            one.enrolled,
            one.completed,
            one.graduating,
            one.answered,
            one.employed,
        )
        for one in years
    )
    return _sheet(
        COURSE_YEARS, "BTS+1 par année", COURSES_RULE, COURSE_COLUMNS, lines, [one.school_year for one in years]
    )


def stay_years_sheet(years: Sequence[StayYear]) -> FigureSheet:
    """Who went abroad and who came, a line a school year and way."""
    lines = tuple(
        (
            year_words(one.school_year),
            DIRECTIONS[one.direction],
            one.people,
            one.countries,
            mean_words(one),
        )
        for one in years
    )
    return _sheet(STAY_YEARS, "Mobilités BTS+1", STAYS_RULE, STAY_COLUMNS, lines, [one.school_year for one in years])


def mean_words(one: StayYear) -> str:
    """« 8,5 », how many weeks a person stayed; empty where nobody said it."""
    return "" if one.mean_weeks is None else f"{one.mean_weeks:.1f}".replace(".", ",").removesuffix(",0")


def leavers_sheet(leaving: LeavingCohorts) -> FigureSheet:
    """What became of each cohort whose bac is over, and of all of them, which the last line says."""
    lines = [(cohort_words(one), *_became(one.leavers)) for one in leaving.cohorts]
    if leaving.together is not None:
        lines.append((EVERY_COHORT, *_became(leaving.together)))
    wrong = " ".join(f"{cohort_words(one)} : {one.leavers.sentence}" for one in leaving.wrong)
    rule = f"{LEAVERS_RULE} {wrong}".rstrip()
    title, years = "Devenir des élèves P-TECH", [one.entry_year + LAST_YEAR for one in leaving.cohorts]
    return _sheet(LEAVING, title, rule, LEAVERS_COLUMNS, tuple(lines), years)


def cohort_words(one: LeavingCohort) -> str:
    """« MEI, rentrée 2023, Lycée Jules Haag, Besançon »"""
    return f"{one.scheme_title}, rentrée {one.entry_year}, {one.school_name}, {one.commune}"


def _became(left: Leavers) -> tuple[str | int, ...]:
    return (left.counted_in, left.leavers, *(pupils for _, pupils in left.by_destination), left.unknown)


def _sheet(
    name: str,
    title: str,
    rule: str,
    columns: tuple[str, ...],
    lines: tuple[tuple[str | int | date | None, ...], ...],
    years: Sequence[int],
) -> FigureSheet:
    first, last = min(years, default=2000), max(years, default=2000)
    period = Period("", first_day_of(first), first_day_of(last + 1) - timedelta(days=1))
    return FigureSheet(name, title, rule, period, columns, lines, ("",) * len(lines), None, len(lines))
