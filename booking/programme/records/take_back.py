"""A file of records is taken back: the lines that it added go, the others are again as they were."""

from __future__ import annotations

from collections.abc import Mapping

from workshops.database import value
from workshops.imports.whole_rows import Rows, stored_rows, take_rows_back
from workshops.programmes.bts1.tables import Course, CoursePartner, Feeder, Intake, Mobility, Step
from workshops.programmes.ptech.tables import Census, Cohort, Mentor, Outcome, Scheme

# What hangs on others after these.
TABLES = (Scheme, Cohort, Census, Mentor, Outcome, Course, Step, CoursePartner, Feeder, Intake, Mobility)
# $1 the schemes, $2 the cohorts, $3 the courses.
HANGING = """
SELECT (SELECT count(*) FROM ptech_cohorts WHERE scheme = ANY ($1::int[]) AND id <> ALL ($2::int[]))
  + (SELECT count(*) FROM ptech_censuses WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM ptech_mentors WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM ptech_outcomes WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM mentoring_actions WHERE cohort = ANY ($2::int[]))
  + (SELECT count(*) FROM bts1_steps WHERE course = ANY ($3::int[]))
  + (SELECT count(*) FROM bts1_partners WHERE course = ANY ($3::int[]))
  + (SELECT count(*) FROM bts1_feeders WHERE course = ANY ($3::int[]))
  + (SELECT count(*) FROM bts1_intakes WHERE course = ANY ($3::int[]))
  + (SELECT count(*) FROM bts1_mobilities WHERE course = ANY ($3::int[]))
"""


async def stored_records() -> Rows:
    """Every row of P-TECH and BTS+1 that a file may write."""
    return await stored_rows(TABLES)


async def hanging_on(made: Mapping[str, list[int]]) -> int:
    """How many lines speak of schemes, cohorts and courses that an import made."""
    owners = (made.get(name, []) for name in ("ptech_schemes", "ptech_cohorts", "bts1_courses"))
    return int(await value(HANGING, *owners))


async def take_back_records(made: Mapping[str, list[int]], before: Rows) -> None:
    """Inside the caller's transaction; nothing hangs on what was `made`."""
    await take_rows_back(TABLES, made, before)
