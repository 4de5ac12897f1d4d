"""Where each target stands: closed visits, P-TECH censuses, BTS+1 courses, figures declared by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import replace

from workshops.cache.versions import VersionedCache
from workshops.database import row, rows
from workshops.programmes.ptech.all_cohorts import counted_cohorts
from workshops.programmes.ptech.carry_on import carry_on, enter_again
from workshops.programmes.targets.metrics import COUNTED, metric_of
from workshops.programmes.targets.queries import DeclaredFigure, TargetCard, declared_figures, targets
from workshops.results.curve import Corrected, every_correction
from workshops.results.rules import (
    A_DAY,
    clearly_under,
    due,
    evenly,
    hoped,
    missing_a_year,
    month_of,
    year_before,
)
from workshops.results.totals import TOTALS, Beside, PeriodTotals, grown
from workshops.school_calendar.rules import first_day_of, paris_day, paris_instant, school_year_of
from workshops.scope import EVERYTHING
from workshops.slots.queries import seats_to_reserve
from workshops.slots.rules import TO_COME_SQL

# Counted: the head count that the host validated. $1, $2: the period; $3, $4: the target's own.
PUPILS = """
SELECT coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $1 AND $2), 0)::int AS done,
       coalesce(sum(declared_pupils) FILTER (WHERE begins BETWEEN $1 AND $2), 0)::int AS declared,
       coalesce(sum(pupils) FILTER (WHERE begins BETWEEN $3 AND $4), 0)::int AS counted
FROM tallies WHERE span = 'day' AND begins BETWEEN least($1::date, $3::date) AND greatest($2::date, $4::date)
"""
# The pupils of each day between two of them.
BY_DAY = "SELECT begins AS on_day, pupils FROM tallies WHERE span = 'day' AND begins BETWEEN $1 AND $2"
# $1, $2: the period, as instants; $3: now; $4, $5: the target's own; $6: the first instant of tomorrow. By the
# month for which it is engaged; what is of today or before, for none.
AWAITED = f"""
SELECT CASE WHEN starts_at >= $6 THEN date_trunc('month', starts_at AT TIME ZONE 'Europe/Paris')::date END AS month,
       coalesce(sum(seats_taken) FILTER (WHERE asked), 0)::int AS booked,
       (count(*) FILTER (WHERE asked))::int AS slots,
       coalesce(sum({seats_to_reserve("$3")}) FILTER (WHERE asked), 0)::int AS planned,
       coalesce(sum(seats_taken) FILTER (WHERE starts_at >= $4 AND starts_at < $5), 0)::int AS engaged
FROM slots s CROSS JOIN LATERAL (SELECT starts_at >= $1 AND starts_at < $2 AS asked) period
WHERE state IN {TO_COME_SQL} AND starts_at >= least($1, $4) AND starts_at < greatest($2, $5)
GROUP BY 1
"""  # noqa: S608 - constants only
# Of how many pupils announced how many were there, at the last visits closed.
PRESENCE = """
SELECT sum(t.counted)::float8 / nullif(sum(t.announced), 0) AS share FROM (
  SELECT id FROM slots WHERE state = 'done' AND starts_at < $1 ORDER BY starts_at DESC LIMIT 1000
) s JOIN turnouts t ON t.slot = s.id AND t.announced > 0
"""


class Progress(Struct, frozen=True):
    """A target and where it stands. None means that nothing of it is followed, or that it has no such figure.

    `done`: what closed visits, censuses or courses counted; `booked`: seats held in visits not yet closed; `planned`:
    seats that can still be reserved, schemes and courses in preparation; `due`: the pace line today; `frozen`: the
    period is over and nothing of it is left to count. `told` is the latest figure typed by hand; `declared` is how much
    of `done` past visits brought, which nobody scanned.

    What is foreseen speaks of the target's own days, in three parts: `counted`; `engaged`, booked at the head counts
    announced, of which `presence` per cent came until now, cohorts that run, openings that are dated; `hoped`, what the
    months left may bring beyond, as those of last year did, None before the target's first day. `corrected`: what was
    changed of its closed years, as it was and as it is. `missing`: how much more than foreseen each year left would
    have to bring.
    """

    target: TargetCard
    done: int | None
    booked: int | None
    frozen: bool
    planned: int | None = None
    due: int | None = None
    told: DeclaredFigure | None = None
    declared: int | None = None
    counted: int | None = None
    engaged: int | None = None
    hoped: int | None = None
    presence: int | None = None
    beside: Beside | None = None
    corrected: tuple[Corrected, ...] = ()
    missing: int = 0

    @property
    def late(self) -> bool:
        """Whether it stands clearly under its even pace: by more than a tenth of it."""
        return not self.frozen and self.done is not None and self.due is not None and clearly_under(self.done, self.due)

    @property
    def kept_up(self) -> float:
        """The part of where it is due that it has reached, 1 at most and for what is not due or not followed."""
        return 1 if self.frozen or not self.due or self.done is None else min(1, self.done / self.due)

    @property
    def forecast(self) -> int | None:
        """The figure at the target's end: what is counted, engaged and hoped of it."""
        return None if self.hoped is None else (self.counted or 0) + (self.engaged or 0) + self.hoped


async def progress(*, from_on: date | None = None, to_on: date | None = None, now: datetime) -> list[Progress]:
    """Each target with what is done and booked in a period (both days included; by default the target's own).

    What is foreseen always speaks of the target's own dates. The number of statements depends on the targets alone.
    """
    told: dict[int, list[DeclaredFigure]] = {}
    for one in await declared_figures():
        told.setdefault(one.target, []).append(one)
    counted, corrections = PeriodTotals(now=now), await every_correction()
    found = []
    for target in await targets():
        period = (from_on or target.from_on, to_on or target.to_on)
        if target.declared:
            found.append(_declared(target, told.get(target.id, []), now=now))
        elif (target.programme, target.metric) == COUNTED:
            found.append(await _pupils(target, *period, now))
        else:
            found.append(await _followed(target, *period, counted, now=now))
        corrected = await corrections.of(target, partial(_in_year, target, counted))
        missing = _missing(found[-1], paris_day(now))
        found[-1] = replace(found[-1], missing=missing, corrected=corrected or found[-1].corrected)
    return found


async def _in_year(target: TargetCard, counted: PeriodTotals, year: int) -> int:
    first, last = first_day_of(year), first_day_of(year + 1) - A_DAY
    if (target.programme, target.metric) == COUNTED:
        found = await row(PUPILS, first, last, first, last)
        return int(found["done"]) if found else 0
    return (await counted.between(target.programme, first, last))[target.metric].done


async def _followed(
    target: TargetCard, from_on: date, to_on: date, counted: PeriodTotals, *, now: datetime
) -> Progress:
    today, metric = paris_day(now), metric_of(target.programme, target.metric)
    if metric is None:
        return Progress(target=target, done=None, booked=None, frozen=False)
    asked = (await counted.between(target.programme, from_on, to_on))[target.metric]
    dated = await grown(target, now=now)
    reached = (await counted.between(target.programme, target.from_on, target.to_on))[target.metric].done
    # What is told some time after its day stands, until then, at least as it stood a year before.
    since = {today, today - metric.told_after}
    if metric.carried:
        known, until = await counted_cohorts(scope=EVERYTHING), target.to_on
        cohorts = [(one.entry_year, one.censuses) for one in known]
        engaged = sum(carry_on(cohorts, since=first_day_of(school_year_of(today)), until=until).values())
        beyond = [enter_again(cohorts, after=day, until=until) for day in since]
    else:
        engaged = sum(dated.values()) - reached
        beyond = [hoped(dated, _after(dated, day), to_on=target.to_on, today=day) for day in since]
    return Progress(
        target=target,
        done=asked.done,
        booked=None,
        planned=asked.planned,
        counted=reached,
        engaged=engaged,
        hoped=_ahead(target, max(beyond), today),
        beside=asked.beside,
        **_paced(target, to_on=to_on, today=today),
    )


def _after(dated: Mapping[date, int], day: date) -> Counter[date]:
    """What is known of the months after a day."""
    found: Counter[date] = Counter()
    for on, figure in dated.items():
        if on > day:
            found[month_of(on)] += figure
    return found


def _ahead(target: TargetCard, beyond: int, today: date) -> int | None:
    """What is hoped: nobody says it before the target's first day, and nothing is once its last one is there."""
    if today < target.from_on:
        return None
    return beyond if today < target.to_on else 0


def _missing(stand: Progress, today: date) -> int:
    """From the forecast, so that what is lacking at the end and what each year would have to bring are one figure."""
    if stand.forecast is None:
        return 0
    return missing_a_year(stand.target.target - stand.forecast, to_on=stand.target.to_on, today=today)


def _paced(target: TargetCard, *, to_on: date, today: date) -> dict[str, Any]:
    pace = due(target.target, from_on=target.from_on, to_on=target.to_on, on=today)
    return {"frozen": to_on < today, "due": pace}


def _declared(target: TargetCard, told: list[DeclaredFigure], *, now: datetime) -> Progress:
    if not told:
        return Progress(target=target, done=None, booked=None, frozen=False)
    today, done = paris_day(now), told[-1].figure
    grown = pairwise([0, *accumulate((one.figure for one in told), max)])
    brought = {one.counted_on: after - before for one, (before, after) in zip(told, grown, strict=True)}
    return Progress(
        target=target,
        done=done,
        booked=None,
        told=told[-1],
        counted=done,
        hoped=_ahead(target, hoped(brought, {}, to_on=target.to_on, today=today), today),
        **_paced(target, to_on=target.to_on, today=today),
    )


_kept: VersionedCache[Sequence[Record]] = VersionedCache()
_presence: VersionedCache[Record] = VersionedCache(size=4, figures=True)


async def _awaited(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Sequence[Record]:
    """What slots to come bring, month by month, kept until one of them changes; the hour counts to the minute."""
    minute, tomorrow = now.replace(second=0, microsecond=0), paris_day(now) + A_DAY
    asked = (
        *(*instants(from_on, to_on), minute, *instants(target.from_on, target.to_on)),
        paris_instant(tomorrow, time()),
    )
    return await _kept.answer(asked, lambda: rows(AWAITED, *asked))


async def _share_present(today: date) -> int | None:
    """How many per cent of the pupils announced were there, at the last visits closed."""

    async def ask() -> Record:
        (found,) = await rows(PRESENCE, paris_instant(today + A_DAY, time()))
        return found

    share = (await _presence.answer(today, ask, lycee=""))["share"]
    return None if share is None else round(100 * share)


async def _pupils(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Progress:
    today = paris_day(now)
    done = await row(PUPILS, from_on, to_on, target.from_on, target.to_on)
    assert done is not None  # noqa: S101 - an aggregate always has its row
    since = max(target.from_on, year_before(today) + A_DAY)
    brought = {one["on_day"]: one["pupils"] for one in await rows(BY_DAY, since, target.to_on)}
    awaited = await _awaited(target, from_on, to_on, now)
    engaged = sum(one["engaged"] for one in awaited)
    known = _after(brought, today) + Counter({one["month"]: one["engaged"] for one in awaited if one["month"]})
    usual = evenly(brought, from_on=target.from_on, today=today)
    pace = _paced(target, to_on=to_on, today=today)
    return Progress(
        target=target,
        done=done["done"],
        booked=sum(one["booked"] for one in awaited),
        planned=sum(one["planned"] for one in awaited),
        declared=done["declared"],
        presence=await _share_present(today),
        counted=done["counted"],
        engaged=engaged,
        hoped=_ahead(target, hoped(usual, known, to_on=target.to_on, today=today), today),
        **pace | {"frozen": pace["frozen"] and not any(one["slots"] for one in awaited)},
    )


async def figures_of(year: int, *, now: datetime) -> dict[tuple[str, str], int]:
    """What each metric counts of a school year (2026 is 2026-2027), by its programme and name."""
    first, last = first_day_of(year), first_day_of(year + 1) - A_DAY
    visits = await row(PUPILS, first, last, first, last)
    counted, found = PeriodTotals(now=now), {COUNTED: int(visits["done"]) if visits else 0}
    for programme in TOTALS:
        for metric, figure in (await counted.between(programme, first, last)).items():
            found[programme, metric] = figure.done
    return found


def instants(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    """The first instant of a period of days, and the first one after it."""
    return paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())
