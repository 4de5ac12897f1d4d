"""Count what became of a cohort's pupils."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from workshops.acts import Act, a_number, labelled
from workshops.closed_years.correct import recording
from workshops.database import value
from workshops.events.record import record, record_by
from workshops.ptech.lock import lock_cohort
from workshops.ptech.rules import OUTCOMES, PUPILS_MOST, YEARS_COUNTED, OutcomeKind, SchoolYear, refuse, wrong_year
from workshops.ptech.tables import Outcome
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day, school_year_of, year_words
from workshops.scope import Scope

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


class RecordOutcome(Act, frozen=True, kw_only=True):
    """What became of so many pupils of a cohort in a school year (2026 is 2026-2027)."""

    school_year: SchoolYear
    kind: Annotated[OutcomeKind, labelled("Devenir", "What became of them.", words=OUTCOMES, column="devenir")]
    pupils: Annotated[int, a_number("Élèves", "How many.", 0, PUPILS_MOST, column="eleves")]


async def record_outcome(cohort: int, asked: RecordOutcome, *, scope: Scope, by: int | None, now: datetime) -> int:
    """So many pupils of the cohort passed, entered a BTS, work or study; said again, it is corrected.

    Returns the record's number. Raises Invalid, NotFound.
    """
    async with recording(by=by, school=scope.school, now=now):
        known = await lock_cohort(cohort, scope=scope)
        ever = int(await value(EVER, cohort))
        refuse_outcome(asked, entry_year=known.entry_year, present_ever=ever, on=paris_day(now))
        made = int(await value(RECORD, cohort, asked.kind, asked.school_year, asked.pupils))
        detail = f"{OUTCOMES[asked.kind]}, {year_words(asked.school_year)} : {asked.pupils}"
        await record_by(by, "outcome_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_outcome(cohort: int, *, kind: str, school_year: int, scope: Scope, by: int, now: datetime) -> None:
    """Take a count back, written by mistake. Raises NotFound."""
    async with recording(by=by, school=scope.school, now=now):
        known = await lock_cohort(cohort, scope=scope)
        if not known.entry_year <= school_year <= known.entry_year + YEARS_COUNTED:
            raise NotFound
        wrong = Outcome.delete().where(Outcome.cohort == cohort, Outcome.kind == kind)
        if not await wrong.where(Outcome.school_year == school_year).returning(Outcome.id):
            raise NotFound
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)}"
        await record("outcome_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


def refuse_outcome(asked: RecordOutcome, *, entry_year: int, present_ever: int, on: date) -> None:
    """Raise Invalid for what a cohort cannot have: more pupils than ever entered, a year to come, one too early."""
    school_year, first = asked.school_year, entry_year + EARLIEST.get(asked.kind, 0)
    checks = (
        (
            "pupils",
            asked.pupils <= present_ever,
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
