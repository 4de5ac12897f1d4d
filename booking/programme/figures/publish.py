"""The programme's progress as everyone may read it, here and on the consortium's page: one mask over all of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.charts.rules import Curve
from booking.programme.consortium.queries import Member, consortium
from booking.programme.figures.compose import curve_sheet
from booking.programme.figures.mask import Masked, MaskedCount, PublicCounts, PublicYear, mask, masked
from booking.programme.figures.periods import Before, Period
from booking.programme.figures.queries import Periods, before_target, periods_of
from booking.programme.figures.rules import is_few
from booking.words.wording import paris, school_year_of
from workshops.cache.versions import VersionedCache
from workshops.equity.queries import equity
from workshops.programmes.targets.metrics import COUNTED, metric_of
from workshops.results.curve import Corrected, curve
from workshops.results.measure import Progress
from workshops.results.queries import Breakdown, breakdown, progress, whole
from workshops.schools.rules import LEVELS

# What is foreseen of people is rounded to: of less than a thousand, and of more.
STEPS = (50, 100)
PRESENCE_STEP = 5
DECLARED_STEP = 10


class Stand(Struct, frozen=True):
    """A target as everyone may read it; `few`: something is counted, too little to say how much.

    What is hoped of people is rounded: read every day, it would tell what a single day of last year brought. So is what
    a cohort is foreseen to keep, and what past visits brought, since whole years may be of them alone: 0 where it is
    too little to say. A handful that is booked is not told, and foreseen nowhere.
    """

    progress: Progress
    few: bool


class Published(Struct, frozen=True):
    """The public pages' figures; `visits` have been held by `lycees`, for `colleges`; `members` is the consortium.

    `declared` of the visits are past ones, which nobody scanned; `before`: the school years before the target, apart.
    """

    stands: list[Stand]
    period: Period
    visits: int
    declared: int
    lycees: int
    colleges: int
    by_year: list[MaskedCount]
    before: list[MaskedCount]
    by_department: list[MaskedCount]
    by_level: list[MaskedCount]
    by_priority: list[MaskedCount]
    by_distance: list[MaskedCount]
    girls_and_boys: list[MaskedCount]
    chart: Curve | None
    members: list[Member]


_kept: VersionedCache[Published] = VersionedCache(size=4, figures=True)


async def publish(*, now: datetime) -> Published:
    """Where the programme stands today, for those who have no account. Counts of people under 5 are hidden."""
    return await _kept.answer(paris(now).date(), lambda: _published(now))


async def _published(now: datetime) -> Published:
    stands = await progress(now=now)
    periods = await periods_of([one.target for one in stands], now=now)
    earlier = await before_target(periods, now=now)
    period = periods.whole
    from_on, to_on = period.from_on, period.to_on
    received = await whole(from_on=from_on, to_on=to_on)
    counts = await breakdown(from_on=from_on, to_on=to_on, now=now, of=("departments", "levels"))
    came = await equity(from_on=from_on, to_on=to_on)
    own = next((one for one in stands if (one.target.programme, one.target.metric) == COUNTED), None)
    members = await consortium(now=now)
    levels = sorted(counts.levels, key=lambda one: LEVELS.index(one.key))
    shown = mask(
        PublicCounts(
            points=[] if own is None else await curve(own.target, now=now),
            years=public_years(counts, periods),
            tables={
                "departments": [(one.label, one.pupils) for one in counts.departments],
                "levels": [(one.label, one.pupils) for one in levels],
                "priorities": [(one.label, one.pupils) for one in came.received["priorities"]],
                "distances": [(one.label, one.pupils) for one in came.bands],
                "girls": [("Filles", came.whole.girls), ("Garçons", came.whole.boys)] if came.whole.apart else [],
            },
            lycees=[(str(one.card.id), one.pupils or 0) for one in members],
            this_year=school_year_of(now),
        )
    )
    # Days that no other public figure speaks of: these years are safe by themselves.
    before = masked([(one.label, one.pupils) for _, one in earlier.years]) if earlier else []
    return Published(
        stands=[_stand(one) for one in stands],
        period=period,
        visits=received.visits,
        declared=received.declared_visits,
        lycees=received.hosts,
        colleges=received.colleges,
        by_year=shown.years,
        before=before,
        by_department=shown.tables["departments"],
        by_level=shown.tables["levels"],
        by_priority=shown.tables["priorities"],
        by_distance=shown.tables["distances"],
        girls_and_boys=shown.tables["girls"],
        chart=None
        if own is None or shown.few
        else _public_curve(_stand(own).progress, shown, _told_before(earlier, before)),
        members=[replace(one, pupils=told.pupils) for one, told in zip(members, shown.lycees, strict=True)],
    )


def public_years(counts: Breakdown, periods: Periods) -> list[PublicYear]:
    """Each school year between the days that its figure speaks of."""
    days = [(year, periods.years[year.label]) for year in counts.years]
    return [PublicYear(year.label, of.from_on - timedelta(days=1), of.to_on, year.pupils) for year, of in days]


def _stand(stand: Progress) -> Stand:
    metric = metric_of(stand.target.programme, stand.target.metric)
    people = metric is None or metric.people
    stand = replace(stand, corrected=tuple(_told(one, stand, people=people) for one in stand.corrected))
    if not people:
        return Stand(stand, few=False)
    booked = None if stand.booked is None or is_few(stand.booked) else stand.booked
    declared = None if stand.declared is None else DECLARED_STEP * round(stand.declared / DECLARED_STEP)
    engaged = booked if stand.engaged == stand.booked else _about(stand.engaged)
    presence = (
        None if stand.presence is None or booked is None else PRESENCE_STEP * round(stand.presence / PRESENCE_STEP)
    )
    shown = replace(
        stand, booked=booked, declared=declared, engaged=engaged, hoped=_about(stand.hoped), presence=presence
    )
    return Stand(shown, few=is_few(stand.done or 0))


def _told(one: Corrected, stand: Progress, *, people: bool) -> Corrected:
    """A correction is always told; its figures of people, where they tell of no handful and no year's visits."""
    small = [
        figure for figure in (one.was, one.becomes, abs((one.was or 0) - (one.becomes or 0))) if is_few(figure or 0)
    ]
    hidden = people and (bool(small) or (stand.target.programme, stand.target.metric) == COUNTED)
    return replace(one, was=None, becomes=None) if hidden else one


def _about(foreseen: int | None) -> int | None:
    if foreseen is None:
        return None
    step = STEPS[foreseen >= 1000]
    return step * round(foreseen / step)


def _told_before(earlier: Before | None, before: list[MaskedCount]) -> tuple[tuple[date, int], ...]:
    """The years before the target as a line, where each of them may be told."""
    return earlier.reached if earlier and all(one.pupils is not None for one in before) else ()


def _public_curve(stand: Progress, shown: Masked, before: tuple[tuple[date, int], ...]) -> Curve | None:
    period = Period("", stand.target.from_on, stand.target.to_on)
    chart = curve_sheet(stand, shown.points, period, before).chart
    return chart if isinstance(chart, Curve) else None
