"""The programme's progress as everyone may read it: whole figures, small ones hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.charts.rules import Curve
from booking.figures.compose import Period, curve_sheet
from booking.figures.queries import periods_of
from booking.wording import DEPARTMENTS, LEVELS, paris
from workshops.equity.queries import equity
from workshops.kept import Kept
from workshops.results.curve import Point, curve
from workshops.results.measure import COUNTED, Progress
from workshops.results.queries import breakdown, progress
from workshops.results.rules import FEW, Shown, masked

# What these count is not people: a small figure points at nobody.
NOT_PEOPLE = {("ptech", "schemes"), ("ptech", "companies"), ("bts1", "courses")}


@dataclass(frozen=True)
class Stand:
    """A target as everyone may read it; `few`: something is counted, too little to say how much."""

    progress: Progress
    few: bool


@dataclass(frozen=True)
class Published:
    """The public page's figures; `visits` have been held by `lycees`, for `colleges`."""

    stands: list[Stand]
    period: Period
    visits: int
    lycees: int
    colleges: int
    by_year: list[Shown]
    by_department: list[Shown]
    by_level: list[Shown]
    by_priority: list[Shown]
    by_distance: list[Shown]
    girls_and_boys: list[Shown]
    chart: Curve | None


_kept: Kept[Published] = Kept(most=4)


async def publish(*, now: datetime) -> Published:
    """Where the programme stands today, for those who have no account. Counts of people under 5 are hidden."""
    return await _kept.answer(paris(now).date(), lambda: _published(now))


async def _published(now: datetime) -> Published:
    stands = await progress(now=now)
    period = periods_of([one.target for one in stands], now=now).whole
    counts = await breakdown(from_on=period.from_on, to_on=period.to_on)
    came = await equity(from_on=period.from_on, to_on=period.to_on)
    own = next((one for one in stands if (one.target.programme, one.target.metric) == COUNTED), None)
    levels = sorted(counts.levels, key=lambda one: LEVELS.index(one.key))
    return Published(
        stands=[Stand(one, few=_few(one)) for one in stands],
        period=period,
        visits=sum(one.visits for one in counts.lycees),
        lycees=len(counts.lycees),
        colleges=len(counts.colleges),
        by_year=masked([(one.label, one.pupils) for one in counts.years]),
        by_department=masked([(DEPARTMENTS.get(one.key, one.label), one.pupils) for one in counts.departments]),
        by_level=masked([(one.label, one.pupils) for one in levels]),
        by_priority=masked([(one.label, one.pupils) for one in came.received["priorities"]]),
        by_distance=masked([(one.label, one.pupils) for one in came.bands]),
        girls_and_boys=masked([("Filles", came.whole.girls), ("Garçons", came.whole.boys)]) if came.whole.apart else [],
        chart=None if own is None else await _public_curve(own, now),
    )


def _few(stand: Progress) -> bool:
    people = (stand.target.programme, stand.target.metric) not in NOT_PEOPLE
    return people and 0 < (stand.done or 0) < FEW


async def _public_curve(stand: Progress, now: datetime) -> Curve | None:
    points = stepped(await curve(stand.target, now=now))
    period = Period("", stand.target.from_on, stand.target.to_on)
    chart = curve_sheet(stand, points, period).chart
    return chart if isinstance(chart, Curve) else None


def stepped(points: list[Point]) -> list[Point]:
    """The points of a curve, without those that would tell of fewer than 5 people since the one before."""
    kept = points[:1]
    for one in points[1:]:
        if not 0 < one.figure - kept[-1].figure < FEW:
            kept.append(one)
    return kept
