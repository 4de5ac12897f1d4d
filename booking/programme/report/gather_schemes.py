"""What the file says of P-TECH and BTS+1 is made from, and what of it one table tells beside another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.programme.figures.rules import is_few
from booking.programme.report.mask import BesideYears
from booking.programme.report.tell_schemes import course_year_told
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear, course_years, stay_years
from workshops.programmes.bts1.queries import CourseCard, courses
from workshops.programmes.ptech.all_cohorts import counted_cohorts, follow_all
from workshops.programmes.ptech.follow_leavers import LeavingCohorts, leaving_cohorts
from workshops.programmes.ptech.measure import Stage
from workshops.programmes.ptech.queries import CohortLine, PtechTotals, cohorts, totals
from workshops.programmes.targets.queries import TargetCard
from workshops.school_calendar.rules import first_day_of, year_words
from workshops.scope import EVERYTHING

YEARS_SHOWN = 5


class SchemeFacts(Struct, frozen=True):
    """P-TECH in a school year, its cohorts, their five years and their leavers; the courses of BTS+1, year after year.

    `few_presents`: some October counted under 5 pupils in a cohort.
    """

    ptech: PtechTotals
    cohorts: Sequence[CohortLine]
    stages: Sequence[Stage]
    leaving: LeavingCohorts
    few_presents: bool
    courses: Sequence[CourseCard]
    years: Sequence[CourseYear]
    stays: Sequence[StayYear]


async def gather_schemes(*, from_on: date, to_on: date, now: datetime) -> SchemeFacts:
    """The records of all lycées; what is counted of a year, between these days."""
    known = await counted_cohorts(scope=EVERYTHING)
    return SchemeFacts(
        ptech=await totals(from_on=from_on, to_on=to_on, now=now),
        cohorts=await cohorts(scope=EVERYTHING, now=now),
        stages=await follow_all(scope=EVERYTHING, now=now),
        leaving=await leaving_cohorts(scope=EVERYTHING, now=now),
        few_presents=any(
            census.term == "october" and is_few(census.present) for one in known for census in one.censuses
        ),
        courses=await courses(scope=EVERYTHING, now=now),
        years=(await course_years(scope=EVERYTHING))[-YEARS_SHOWN:],
        stays=(await stay_years(scope=EVERYTHING))[-YEARS_SHOWN:],
    )


# Where a line of the courses' years, masked, has the figure of a metric.
_COLUMNS = {"enrolled": 3, "completed": 4}


def beside_years(target: TargetCard, schemes: SchemeFacts, *, year: str, before: bool) -> BesideYears:
    """What the table of the courses' years tells of a target of theirs; `before`: the file's `year` is none of its."""
    outside = {year} if before else set()
    column = _COLUMNS.get(target.metric) if target.programme == "bts1" and not target.declared else None
    if column is None:
        return BesideYears({}, outside=outside)
    figures, hidden = {}, set()
    for one in schemes.years:
        words, figure = year_words(one.school_year), getattr(one, target.metric)
        if figure is None:
            continue
        figures[words] = figure
        if isinstance(course_year_told(one)[column], str):
            hidden.add(words)
        # An intake is of 1 September.
        if not target.from_on <= first_day_of(one.school_year).replace(month=9) <= target.to_on:
            outside.add(words)
    return BesideYears(figures, hidden, outside)
