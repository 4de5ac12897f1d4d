"""The sheets of the programme's figures, and the periods that they may speak of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.programme.coordination.rules import A_DAY, school_years
from booking.programme.figures.compose import KINDS, FigureSheet, count_sheet, curve_sheet, share_sheet
from booking.programme.figures.periods import BEFORE, BEFORE_WORDS, Before, Period
from booking.programme.figures.scheme_sheets import (
    COURSE_YEARS,
    LEAVING,
    STAY_YEARS,
    course_years_sheet,
    leavers_sheet,
    stay_years_sheet,
)
from booking.words.wording import paris, school_year_of
from workshops.cache.versions import VersionedCache
from workshops.programmes.bts1.follow_courses import course_years, stay_years
from workshops.programmes.ptech.follow_leavers import leaving_cohorts
from workshops.programmes.targets.metrics import COUNTED
from workshops.programmes.targets.queries import TargetCard, targets
from workshops.refusals import NotFound, or_not_found
from workshops.results.curve import curve
from workshops.results.queries import Progress, breakdown, held_before, life_of_programme, progress
from workshops.results.totals import followed, share
from workshops.school_calendar.rules import first_day_of
from workshops.school_calendar.rules import school_year_of as year_began
from workshops.scope import EVERYTHING

CURVE = "objectif-"
SHARES = "detail-"


class Periods(Struct, frozen=True):
    """The programme's whole life, and its school years up to this one by their names, latest first.

    `earlier`: those before its target in which visits were held, and those between them, latest first.
    """

    whole: Period
    own: dict[str, Period]
    earlier: dict[str, Period]

    @property
    def years(self) -> dict[str, Period]:
        """Every period that may be asked for by its name, latest first."""
        return self.own | ({BEFORE: self.before} if self.before else {}) | self.earlier

    @property
    def before(self) -> Period | None:
        """All the years before the target together."""
        found = list(self.earlier.values())
        return Period(BEFORE, found[-1].from_on, found[0].to_on, before=True) if found else None

    def named(self, year: str) -> Period:
        """A school year, or the whole life when it is not one of them."""
        return self.years.get(year, self.whole)

    @property
    def choices(self) -> dict[str, str]:
        """What a page offers to choose among, the whole life first."""
        if not self.earlier:
            return {"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in self.own}
        return {"": "Depuis le début de l'objectif"} | {name: _offered(one) for name, one in self.years.items()}


def _offered(period: Period) -> str:
    if period.name == BEFORE:
        return "Avant l'objectif, toutes ces années"
    return f"Année scolaire {period.school_year}" + f", {BEFORE_WORDS}" * period.before


async def periods_of(known: Sequence[TargetCard], *, now: datetime) -> Periods:
    """What figures may speak of, as the targets are dated and as visits were held before them."""
    from_on, to_on = life_of_programme(known, now=now)
    held = await held_before(from_on)
    if held and COUNTED not in {(one.programme, one.metric) for one in known}:
        # Nothing is counted towards, so that nothing was held before it.
        from_on, held = first_day_of(year_began(held[0])), None
    until = max(from_on, min(to_on, paris(now).date()))
    own = {school_year_of(first): (first, last) for first, last in school_years(from_on, until)}
    found = school_years(first_day_of(year_began(held[0])), from_on - A_DAY) if held else []
    earlier = [
        Period(f"{name}-{BEFORE}" if (name := school_year_of(first)) in own else name, first, last, before=True)
        for first, last in found
        if held and first <= held[1]
    ]
    return Periods(
        Period("", from_on, to_on),
        {name: Period(name, *days) for name, days in own.items()},
        {one.name: one for one in earlier},
    )


async def before_target(periods: Periods, *, now: datetime) -> Before | None:
    """What was received before the target, by school year and by month; None where nothing was."""
    if periods.before is None:
        return None
    counts = await breakdown(from_on=periods.before.from_on, to_on=periods.before.to_on, now=now, of=())
    by_year = {one.label: one for one in counts.years}
    return Before([(one, by_year[one.school_year]) for one in reversed(periods.earlier.values())], counts.months)


_sheets: VersionedCache[FigureSheet] = VersionedCache(size=8, figures=True)


async def sheet(name: str, *, year: str = "", now: datetime) -> FigureSheet:
    """One sheet by its name, such as « lycees », « objectif-3 » or « detail-3 ». Raises NotFound.

    Counts are kept while nothing of them is written.
    """
    if name.startswith(CURVE):
        stands = await progress(now=now)
        stand = or_not_found(next((one for one in stands if f"{CURVE}{one.target.id}" == name), None))
        return await way_of(stand, now=now)
    if name.startswith(SHARES):
        aim = or_not_found(next((one for one in await targets() if f"{SHARES}{one.id}" == name), None))
        return or_not_found(await shares_of(aim, now=now))
    if name == COURSE_YEARS:
        return course_years_sheet(await course_years(scope=EVERYTHING))
    if name == STAY_YEARS:
        return stay_years_sheet(await stay_years(scope=EVERYTHING))
    if name == LEAVING:
        return leavers_sheet(await leaving_cohorts(scope=EVERYTHING, now=now))
    if name not in KINDS:
        raise NotFound()
    kind, periods = KINDS[name], await periods_of(await targets(), now=now)
    period = periods.named(year)

    async def ask() -> FigureSheet:
        counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now, of={kind.of})
        earlier = None if period.name else await before_target(periods, now=now)
        return count_sheet(kind, counts, period, earlier)

    return await _sheets.answer((name, period, paris(now).date()), ask, lycee=None if name == "lycees" else "")


async def way_of(stand: Progress, *, now: datetime) -> FigureSheet:
    """How a target was approached, day after day, beside an even pace."""
    target, earlier = stand.target, None
    if (target.programme, target.metric) == COUNTED and not target.declared:
        earlier = await before_target(await periods_of([target], now=now), now=now)
    period = Period("", target.from_on, target.to_on)
    return curve_sheet(stand, await curve(target, now=now), period, earlier.reached if earlier else ())


async def shares_of(target: TargetCard, *, now: datetime) -> FigureSheet | None:
    """The schemes, cohorts or courses that make the figure of a target; None where it is made of none."""
    return share_sheet(target, await share(target, now=now)) if followed(target) else None
