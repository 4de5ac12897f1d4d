"""What the file of a school year is made from: the board's own queries, each asked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from booking.programme.consortium.queries import Member, consortium
from booking.programme.contributions.queries import given, sums
from booking.programme.contributions.rules import Given
from booking.programme.figures.compose import KINDS, FigureSheet, count_sheet, curve_sheet
from booking.programme.figures.periods import Before, Period
from booking.programme.figures.publish import public_years
from booking.programme.figures.queries import Periods, before_target, periods_of
from booking.programme.figures.rates import RateFigure, rates
from booking.programme.report.gather_schemes import SchemeFacts, beside_years, gather_schemes
from booking.programme.report.lines import gathered_counts
from booking.programme.report.mask import (
    LevelsOfYears,
    TargetTold,
    VisitCounts,
    VisitsTold,
    cover_told,
    of_visits,
    pupils_target_told,
    target_told,
    visits_told,
)
from booking.words.wording import school_year_of
from workshops.closed_years.queries import FrozenYear, YearCorrection, corrections, frozen_years
from workshops.contributions.rules import FundingEntry, FundingKind
from workshops.coverage.queries import AreaCover, coverage_by_area
from workshops.coverage.rules import LEVELS_COUNTED, ClassCover, together
from workshops.equity.colleges import BaseRates, base_rates
from workshops.equity.queries import Equity, equity
from workshops.milestones.queries import MilestoneCard, milestones
from workshops.refusals import NotFound
from workshops.results.curve import curve
from workshops.results.measure import Progress
from workshops.results.queries import Breakdown, Whole, breakdown, progress, whole
from workshops.results.rules import A_DAY
from workshops.school_calendar.rules import first_day_of, paris_day, year_words
from workshops.schools.rules import LEVELS
from workshops.september_hands.queries import HandsOfYear, hands

YEARS_OF_COHORT = len(LEVELS_COUNTED)
Tell = Callable[[int, int], None]
STEPS = 10
LYCEES_MOST = 4


class Facts(Struct, frozen=True):
    """The figures of a school year (`first` is 2026 for 2026-2027), as the board has them, and what of them is told.

    `period`: the days of it that the figures speak of; `small`: counts under 5 are told.
    """

    year: str
    first: int
    period: Period
    now: datetime
    today: date
    small: bool
    stands: Sequence[TargetTold]
    way: FigureSheet | None
    by_year: FigureSheet
    whole: Whole
    counts: Breakdown
    visits: VisitsTold
    rates: Sequence[RateFigure]
    equity: Equity
    base: BaseRates | None
    covers: Sequence[ClassCover]
    areas: Sequence[AreaCover]
    schemes: SchemeFacts
    members: Sequence[Member]
    given: Given
    sums: Mapping[FundingKind, FundingEntry | None]
    hands: HandsOfYear
    milestones: Sequence[MilestoneCard]
    frozen: FrozenYear | None
    closed_at: datetime | None
    corrections: Sequence[YearCorrection]

    @property
    def last_day(self) -> date:
        """The last day that the year's figures may speak of."""
        return last_day_of(self.period, self.first)


def last_day_of(period: Period, first: int) -> date:
    """Of a school year, or of the part of it that was before the target."""
    return period.to_on if period.before else first_day_of(first + 1) - A_DAY


async def report_years(*, now: datetime) -> dict[str, Period]:
    """The school years that have a file, by name, the latest first: those of the target, and those before it in which
    visits were held."""
    return _years(await periods_of([one.target for one in await progress(now=now)], now=now))


def _years(periods: Periods) -> dict[str, Period]:
    return periods.own | {
        one.school_year: one for one in periods.earlier.values() if one.school_year not in periods.own
    }


async def gather(year: str, *, small: bool = False, now: datetime, tell: Tell = lambda done, total: None) -> Facts:
    """The figures of a school year. Raises NotFound for one that has no file."""
    tell(0, STEPS)
    stands = await progress(now=now)
    periods = await periods_of([one.target for one in stands], now=now)
    period = _years(periods).get(year)
    if period is None:
        raise NotFound()
    first, today = period.first_year or 0, paris_day(now)
    since, until = period.from_on, period.to_on
    tell(1, STEPS)
    of_year, came = await breakdown(from_on=since, to_on=until, now=now), await equity(from_on=since, to_on=until)
    tell(3, STEPS)
    own = next((one for one in stands if of_visits(one)), None)
    earlier = await before_target(periods, now=now)
    received, life_days = await whole(from_on=since, to_on=until), periods.whole
    life = await breakdown(from_on=life_days.from_on, to_on=life_days.to_on, now=now, of=())
    brought = await _visits(own, periods, earlier, year, received, of_year, life, came, now)
    visits = visits_told(brought, small=small)
    tell(4, STEPS)
    last, closed = last_day_of(period, first), await frozen_years()
    schemes = await gather_schemes(from_on=period.from_on, to_on=last, now=now)
    told = await _targets(stands, period, periods, visits, schemes, small=small, now=now)
    areas = await coverage_by_area(min(first, int(school_year_of(now)[:4])))
    tell(6, STEPS)
    facts = Facts(
        year=year,
        first=first,
        period=period,
        now=now,
        today=today,
        small=small,
        stands=told,
        way=None if own is None or visits.whole is None else _way(told, visits, earlier),
        by_year=count_sheet(KINDS["annees"], life, life_days, earlier),
        whole=received,
        counts=of_year,
        visits=visits,
        rates=await rates(first),
        equity=came,
        base=await base_rates(first),
        covers=await _covers(areas, visits, periods, first, small=small, now=now),
        areas=areas,
        schemes=schemes,
        members=await consortium(now=now),
        given=await given(period, now=now),
        sums=await sums(on=min(last, today)),
        hands=await hands(first),
        milestones=await milestones(now=now),
        frozen=closed.get(first),
        closed_at=max((one.frozen_at for one in closed.values()), default=None),
        corrections=await corrections(),
    )
    tell(STEPS, STEPS)
    return facts


async def _visits(
    own: Progress | None,
    periods: Periods,
    earlier: Before | None,
    year: str,
    received: Whole,
    of_year: Breakdown,
    life: Breakdown,
    came: Equity,
    now: datetime,
) -> VisitCounts:
    levels = sorted(of_year.levels, key=lambda one: LEVELS.index(one.key))
    return VisitCounts(
        points=[] if own is None else await curve(own.target, now=now),
        years=public_years(life, periods),
        earlier=[(one.label, one.pupils) for _, one in earlier.years] if earlier else [],
        year=year,
        pupils=received.pupils,
        tables={
            "levels": [(one.label, one.pupils) for one in levels],
            "departments": gathered_counts([(one.label, one.pupils) for one in of_year.departments]),
            "lycees": gathered_counts([(one.label, one.pupils) for one in of_year.lycees if one.pupils], LYCEES_MOST),
            "priorities": [(one.label, one.pupils) for one in came.received["priorities"]],
            "settings": [(one.label, one.pupils) for one in came.received["settings"]],
            "distances": [(one.label, one.pupils) for one in came.bands],
            "girls": [("Filles", came.whole.girls), ("Garçons", came.whole.boys)] if came.whole.apart else [],
        },
    )


def _way(told: Sequence[TargetTold], visits: VisitsTold, earlier: Before | None) -> FigureSheet:
    """The curve of the board, with those of its points that are told; the years before it, where each of them is."""
    stand = next(one.stand for one in told if of_visits(one.stand))
    before = earlier.reached if earlier and all(one.pupils is not None for one in visits.earlier) else ()
    return curve_sheet(stand, visits.points, Period("", stand.target.from_on, stand.target.to_on), before)


async def _targets(
    stands: Sequence[Progress],
    period: Period,
    periods: Periods,
    visits: VisitsTold,
    schemes: SchemeFacts,
    *,
    small: bool,
    now: datetime,
) -> list[TargetTold]:
    year, this = period.school_year, school_year_of(now)
    of_years: dict[str, Mapping[int, int | None]] = {}
    for name in {year, this}:
        days = period if name == year else periods.years.get(name)
        if days is not None:
            until = last_day_of(days, days.first_year or 0)
            counted = await progress(from_on=days.from_on, to_on=until, now=now)
            of_years[name] = {one.target.id: None if one.target.declared else one.done for one in counted}
    return [
        pupils_target_told(one, visits, small=small)
        if of_visits(one)
        else target_told(
            one,
            of_years={name: by.get(one.target.id) for name, by in of_years.items()},
            year=year,
            this=this,
            beside=beside_years(one.target, schemes, year=year, before=period.before),
            small=small,
        )
        for one in stands
    ]


async def _covers(
    areas: Sequence[AreaCover], visits: VisitsTold, periods: Periods, first: int, *, small: bool, now: datetime
) -> list[ClassCover]:
    covers = [together([one for area in areas for one in area.cohorts], level=level) for level in LEVELS_COUNTED]
    if small:
        return covers
    counts, life, of_life = {}, set[int](), 0
    for of in range(first - YEARS_OF_COHORT + 1, first + 1):
        days = periods.years.get(year_words(of))
        if days is None:
            continue
        brought = await breakdown(from_on=days.from_on, to_on=days.to_on, now=now, of={"levels"})
        counts[of] = {one.key: one.pupils for one in brought.levels}
        if not days.before:
            life.add(of)
            of_life += sum(counts[of].values())
    told = {int(one.label[:4]) for one in (*visits.earlier, *visits.years) if one.pupils is not None}
    levels = LevelsOfYears(counts, life, max(0, (visits.whole or of_life) - of_life))
    return cover_told(covers, levels, visits, year=first, told_years=told)
