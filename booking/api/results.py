"""Where the programme stands, for machines: the same exact figures as the coordinator's board."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from booking.api.ptech_lines import LeaversAnswer
from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import answer_of, refuse_wrong
from booking.door.rights.guards import Now, may
from booking.programme.figures.queries import before_target, periods_of
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear, course_years, stay_years
from workshops.programmes.ptech.follow_leavers import LeavingCohort, leaving_cohorts
from workshops.programmes.targets.rules import Programme
from workshops.refusals import Invalid
from workshops.results.queries import (
    Breakdown,
    CompanyVisits,
    Count,
    ObjectCount,
    Progress,
    breakdown,
    progress,
)
from workshops.scope import EVERYTHING


class ToldFigure(msgspec.Struct):
    """A figure that a coordinator typed: the whole reached on a day."""

    figure: int
    on: date
    source: str


class OtherUnit(msgspec.Struct):
    """The same figure in another unit."""

    figure: int
    label: str
    rule: str


class CorrectedBecause(msgspec.Struct):
    """Why a closed year was corrected, and the lycée that did it, null for the coordination."""

    lycee: NamedSchool | None
    reason: str


class CorrectedYear(msgspec.Struct):
    """What a target's figure was of a school year at its closing, what it is, and why it was corrected."""

    year: str
    was: int | None
    becomes: int | None
    because: list[CorrectedBecause]


class Result(msgspec.Struct):
    """A target with its figures and its counting rule."""

    programme: Programme
    metric: str
    label: str
    unit: str
    target: int
    from_on: date = msgspec.field(name="from")
    to_on: date = msgspec.field(name="to")
    done: int | None
    done_declared: int | None
    booked: int | None
    planned: int | None
    due: int | None
    counted: int | None
    engaged: int | None
    hoped: int | None
    forecast: int | None
    presence_percent: int | None
    rule: str
    note: str
    frozen: bool
    official: bool
    declared: ToldFigure | None
    beside: OtherUnit | None
    corrected: list[CorrectedYear]


# What a result says of the target itself.
OF_TARGET = ("programme", "metric", "label", "unit", "target", "from_on", "to_on", "rule", "note", "official")


class Counts(msgspec.Struct):
    """The pupils received, under each heading."""

    by_lycee: list[Count]
    by_college: list[Count]
    by_department: list[Count]
    by_level: list[Count]
    by_object: list[ObjectCount]
    by_month: list[Count]
    by_year: list[Count]
    by_year_before_targets: list[Count]
    by_company: list[CompanyVisits]


class LeavingCohortAnswer(msgspec.Struct):
    """What became of a cohort whose bac is over."""

    cohort_id: int
    scheme_id: int
    scheme: str
    lycee: NamedSchool
    entry_year: int
    leavers: LeaversAnswer


class Results(msgspec.Struct):
    """Where the programme stands between two days, both included."""

    from_on: date = msgspec.field(name="from")
    to_on: date = msgspec.field(name="to")
    targets: list[Result]
    counts: Counts
    bts1_years: list[CourseYear]
    bts1_stays: list[StayYear]
    ptech_leavers: list[LeavingCohortAnswer]


@get("/results", opt=may("figures.detail"))
async def read_results(
    now: Now,
    from_on: Annotated[date | None, QueryParameter(name="from", description="First day.")] = None,
    to_on: Annotated[date | None, QueryParameter(name="to", description="Last day, included.")] = None,
) -> Results:
    """Each target with its figures and its counting rule, and the pupils received, between two days included.

    Without `from` and `to`, targets and counts follow the targets' own dates, and the school years before them stand
    apart in `by_year_before_targets`, which is empty when `from` is given. A null figure is not followed yet. A
    `forecast` always speaks of the target's last day: what is `counted` by now (then `done` without `from` and `to`),
    what is `engaged` (booked at the head counts announced, of which `presence_percent` came at the last visits closed;
    cohorts that run, openings that are dated), what is `hoped` (of each month left, what last year's brought beyond
    what is engaged of it). `planned` are seats
    that can still be reserved, schemes and courses in preparation; `due` is what an even pace would have reached
    today; `declared` is a figure typed by a coordinator, `done_declared` what past visits, which nobody scanned,
    brought to `done`. `beside` is the same in another unit: different companies beside places, courses accompanied
    beside those that opened, each by its own `rule` against the same `target`. `corrected` are the closed years whose
    figure is no more that of their closing, each with its reasons. `bts1_years`, `bts1_stays` and `ptech_leavers` are
    of all years, whatever `from` and `to`.
    """
    _refuse_a_wrong_period(from_on, to_on)
    stands = await progress(from_on=from_on, to_on=to_on, now=now)
    periods = await periods_of([one.target for one in stands], now=now)
    first, last = from_on or periods.whole.from_on, to_on or periods.whole.to_on
    counts = await breakdown(from_on=first, to_on=last, now=now)
    earlier = None if from_on else await before_target(periods, now=now)
    before = [one for _, one in earlier.years] if earlier else []
    leaving = await leaving_cohorts(scope=EVERYTHING, now=now)
    corrected = [why.school for one in stands for year in one.corrected for why in year.because]
    named = await naming([*corrected, *(cohort.school for cohort in leaving.cohorts)])
    return Results(
        first,
        last,
        [_target(one, named) for one in stands],
        _counts(counts, before),
        bts1_years=await course_years(scope=EVERYTHING),
        bts1_stays=await stay_years(scope=EVERYTHING),
        ptech_leavers=[_left(one, named) for one in leaving.cohorts],
    )


def _left(one: LeavingCohort, named: Naming) -> LeavingCohortAnswer:
    return answer_of(
        LeavingCohortAnswer,
        one,
        cohort_id=one.cohort,
        scheme_id=one.scheme,
        scheme=one.scheme_title,
        lycee=named(one.school),
        leavers=answer_of(LeaversAnswer, one.leavers),
    )


def _refuse_a_wrong_period(from_on: date | None, to_on: date | None) -> None:
    refuse_wrong({"from": from_on, "to": to_on})
    if from_on is not None and to_on is not None and to_on < from_on:
        raise Invalid({"to": "La fin vient avant le début."})


def _target(one: Progress, named: Naming) -> Result:
    target, told = one.target, one.told
    return answer_of(
        Result,
        one,
        **{name: getattr(target, name) for name in OF_TARGET},
        done_declared=one.declared,
        presence_percent=one.presence,
        beside=None if one.beside is None else OtherUnit(one.beside.figure, one.beside.label, one.beside.rule),
        declared=None if told is None else ToldFigure(told.figure, told.counted_on, told.source),
        corrected=[
            CorrectedYear(
                year.year,
                year.was,
                year.becomes,
                [
                    CorrectedBecause(None if why.school is None else named(why.school), why.reason)
                    for why in year.because
                ],
            )
            for year in one.corrected
        ],
    )


def _counts(found: Breakdown, before: list[Count]) -> Counts:
    return Counts(
        found.lycees,
        found.colleges,
        found.departments,
        found.levels,
        found.objects,
        found.months,
        found.years,
        before,
        found.companies,
    )
