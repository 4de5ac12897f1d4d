"""Count what became of a cohort's pupils."""

from __future__ import annotations

from datetime import date, datetime

from workshops.closed_years.correct import recording
from workshops.database import value
from workshops.events.record import record, record_by
from workshops.ptech.lock import lock_cohort
from workshops.ptech.rules import OUTCOMES, PUPILS_MOST, YEARS_COUNTED, refuse, wrong_year
from workshops.ptech.tables import Outcome
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day, school_year_of, year_words

EVER = """
SELECT coalesce(sum(CASE WHEN first THEN present ELSE entered END), 0)::int FROM (
  SELECT present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first
  FROM ptech_censuses WHERE cohort = $1) counted
"""
RECORD = """
INSERT INTO ptech_outcomes (cohort, kind, school_year, pupils) VALUES ($1, $2, $3, $4)
ON CONFLICT (cohort, kind, school_year) DO UPDATE SET pupils = excluded.pupils RETURNING id
"""
# Seconde, première, terminale, then two years of BTS: the first school year that can bring each, from the entry.
EARLIEST = {"bac_pro": 2, "bts_entered": 3, "bts_passed": 4}


async def record_outcome(
    cohort: int, *, kind: str, school_year: int, pupils: int, school: int | None, by: int | None, now: datetime
) -> int:
    """So many pupils of the cohort passed, entered a BTS, work or study; said again, it is corrected.

    Returns the record's number. Raises Invalid, NotFound.
    """
    async with recording(by=by, school=school, now=now):
        known = await lock_cohort(cohort, school=school)
        refuse_outcome(
            kind,
            pupils,
            entry_year=known.entry_year,
            school_year=school_year,
            present_ever=int(await value(EVER, cohort)),
            on=paris_day(now),
        )
        made = int(await value(RECORD, cohort, kind, school_year, pupils))
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)} : {pupils}"
        await record_by(by, "outcome_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_outcome(
    cohort: int, *, kind: str, school_year: int, school: int | None, by: int, now: datetime
) -> None:
    """Take a count back, written by mistake. Raises NotFound."""
    async with recording(by=by, school=school, now=now):
        known = await lock_cohort(cohort, school=school)
        if not known.entry_year <= school_year <= known.entry_year + YEARS_COUNTED:
            raise NotFound
        wrong = Outcome.delete().where(Outcome.cohort == cohort, Outcome.kind == kind)
        if not await wrong.where(Outcome.school_year == school_year).returning(Outcome.id):
            raise NotFound
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)}"
        await record("outcome_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


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
