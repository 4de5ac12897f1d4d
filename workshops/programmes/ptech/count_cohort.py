"""Count a cohort in October and in June: who is there, who came, who left; then what became of its pupils."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec.structs import astuple

from workshops.acts import Act, a_number, labelled
from workshops.database import value
from workshops.database.row_types import columns_of, insert_of, rows_as
from workshops.events.record import record, record_by
from workshops.programmes.ptech.check_flow import CensusCount, refuse_census
from workshops.programmes.ptech.lock import changing_cohort
from workshops.programmes.ptech.rules import (
    OUTCOMES,
    PUPILS_MOST,
    YEARS_COUNTED,
    LaterCensus,
    OutcomeKind,
    SchoolYear,
    wrong_year,
)
from workshops.programmes.ptech.tables import Census, Outcome
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.school_calendar.rules import paris_day, school_year_of, year_words
from workshops.scope import Scope

KNOWN = f"""
SELECT {columns_of(CensusCount, "n")} FROM ptech_censuses n WHERE n.cohort = $1 ORDER BY n.school_year, n.term DESC
"""  # noqa: S608 - names of our own columns
CENSUS_KEYS, OUTCOME_KEYS = ("cohort", "school_year", "term"), ("cohort", "kind", "school_year")
RECORD_CENSUS = insert_of("ptech_censuses", "cohort", "recorded_at", row_type=CensusCount, once=CENSUS_KEYS, again=True)
# A gap stays explained, by $2: nobody is asked about it again.
FORGET_NOTES = "UPDATE ptech_censuses SET note = $2 WHERE note NOT IN ('', $2) AND recorded_at < $1 RETURNING id"
EVER = """
SELECT coalesce(sum(CASE WHEN first THEN present ELSE entered END), 0)::int FROM (
  SELECT present, entered, row_number() OVER (ORDER BY school_year, term DESC) = 1 AS first
  FROM ptech_censuses WHERE cohort = $1) counted
"""
# What is told of the same kind in the other school years.
ELSEWHERE = """
SELECT coalesce(sum(pupils), 0)::int FROM ptech_outcomes WHERE cohort = $1 AND kind = $2 AND school_year <> $3
"""
# Seconde, première, terminale, then two years of BTS: the first school year that can bring each, from the entry.
EARLIEST = {"bac_pro": 2, "bts_entered": 3, "bts_passed": 4}


class RecordCensus(CensusCount, Act, frozen=True, kw_only=True):
    """The counts of October or June (`october`, `june`) of a school year (2026 is 2026-2027).

    `entered` and `left_...` since the census before; `note` explains a flow that does not add up.
    """


class RecordOutcome(Act, frozen=True, kw_only=True):
    """What became of so many pupils of a cohort in a school year (2026 is 2026-2027)."""

    school_year: SchoolYear
    kind: Annotated[OutcomeKind, labelled("Devenir", "What became of them.", column="devenir")]
    pupils: Annotated[int, a_number("Élèves", "How many.", 0, PUPILS_MOST, column="eleves")]


RECORD_OUTCOME = insert_of("ptech_outcomes", "cohort", row_type=RecordOutcome, once=OUTCOME_KEYS, again=True)


async def record_census(cohort: int, census: RecordCensus, *, scope: Scope, by: int | None, now: datetime) -> int:
    """Keep the counts of one October or June; said again, they are corrected. Returns the census's number.

    Raises Invalid, with the sentence that explains a flow that does not add up; NotFound.
    """
    async with changing_cohort(cohort, scope=scope, by=by, now=now) as known:
        others = [one for one in await _censuses(cohort) if one.rank != census.rank]
        refuse_census(census, known=others, entry_year=known.entry_year, now=now)
        made = int(await value(RECORD_CENSUS, cohort, now, *astuple(census)))
        detail = f"{census.name} : {census.present}"
        await record_by(by, "census_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_census(cohort: int, *, school_year: int, term: str, scope: Scope, by: int, now: datetime) -> None:
    """Take the latest counts back, written by mistake. Raises NotFound, LaterCensus."""
    async with changing_cohort(cohort, scope=scope, by=by, now=now):
        known = await _censuses(cohort)
        meant = or_not_found(next((one for one in known if (one.school_year, one.term) == (school_year, term)), None))
        if any(one.rank > meant.rank for one in known):
            raise LaterCensus
        wrong = Census.delete().where(Census.cohort == cohort)
        await wrong.where(Census.school_year == school_year, Census.term == term)
        detail = f"{term} {year_words(school_year)}"
        await record("census_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


async def _censuses(cohort: int) -> list[CensusCount]:
    return await rows_as(CensusCount, KNOWN, cohort)


async def record_outcome(cohort: int, asked: RecordOutcome, *, scope: Scope, by: int | None, now: datetime) -> int:
    """So many pupils of the cohort passed, entered a BTS, work or study; said again, it is corrected.

    Returns the record's number. Raises Invalid, NotFound.
    """
    async with changing_cohort(cohort, scope=scope, by=by, now=now) as known:
        ever = int(await value(EVER, cohort))
        elsewhere = int(await value(ELSEWHERE, cohort, asked.kind, asked.school_year))
        day = paris_day(now)
        refuse_outcome(asked, entry_year=known.entry_year, present_ever=ever, elsewhere=elsewhere, on=day)
        made = int(await value(RECORD_OUTCOME, cohort, *astuple(asked)))
        detail = f"{OUTCOMES[asked.kind]}, {year_words(asked.school_year)} : {asked.pupils}"
        await record_by(by, "outcome_recorded", about_kind="cohort", about=cohort, detail=detail, now=now)
        return made


async def remove_outcome(cohort: int, *, kind: str, school_year: int, scope: Scope, by: int, now: datetime) -> None:
    """Take a count back, written by mistake. Raises NotFound."""
    async with changing_cohort(cohort, scope=scope, by=by, now=now) as known:
        if not known.entry_year <= school_year <= known.entry_year + YEARS_COUNTED:
            raise NotFound
        wrong = Outcome.delete().where(Outcome.cohort == cohort, Outcome.kind == kind)
        if not await wrong.where(Outcome.school_year == school_year).returning(Outcome.id):
            raise NotFound
        detail = f"{OUTCOMES[kind]}, {year_words(school_year)}"
        await record("outcome_removed", by=by, about_kind="cohort", about=cohort, detail=detail, now=now)


def refuse_outcome(asked: RecordOutcome, *, entry_year: int, present_ever: int, elsewhere: int, on: date) -> None:
    """Raise Invalid for what a cohort cannot have: more pupils than ever entered, a year to come, one too early.

    `elsewhere`: how many are told of the same kind in other years.
    """
    school_year, first = asked.school_year, entry_year + EARLIEST.get(asked.kind, 0)
    wrong = {}
    if asked.pupils > present_ever:
        wrong["pupils"] = f"La cohorte n'a compté que {present_ever} élève{'s' if present_ever > 1 else ''} en tout."
    elif asked.pupils + elsewhere > present_ever:
        wrong["pupils"] = (
            f"{_with_others(elsewhere)}, {asked.pupils + elsewhere} élèves, alors que la cohorte n'en a compté que"
            f" {present_ever} en tout."
        )
    if not entry_year <= school_year <= entry_year + YEARS_COUNTED:
        wrong["school_year"] = wrong_year(entry_year)
    elif school_year > school_year_of(on):
        wrong["school_year"] = f"Année scolaire : {year_words(school_year)} n'a pas commencé."
    elif school_year < first:
        wrong["school_year"] = f"Ce devenir vient au plus tôt en {first}-{first + 1} pour cette cohorte."
    if wrong:
        raise Invalid(wrong)


def _with_others(pupils: int) -> str:
    return f"Avec les {pupils} notés d'autres années" if pupils > 1 else "Avec celui noté une autre année"
