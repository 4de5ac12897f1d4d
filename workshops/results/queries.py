"""Where the programme stands: its targets, and who was received, by whom, to build what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workshops.database import rows
from workshops.programmes.queries import TargetCard, targets
from workshops.results.rules import A_YEAR, forecast
from workshops.school_calendar.rules import paris_day, paris_instant

COUNTED = ("technilab", "pupils")
YEARS_WITHOUT_TARGET = 5

# Counted: the head count that the host validated ($1, $2: the period; $3, $4: the target's own; $5: a year ago).
PUPILS = """
SELECT coalesce(sum(t.counted) FILTER (WHERE s.starts_at >= $1 AND s.starts_at < $2), 0)::int AS done,
       coalesce(sum(t.counted) FILTER (WHERE s.starts_at >= $3 AND s.starts_at < $4), 0)::int AS done_in_all,
       coalesce(sum(t.counted) FILTER (WHERE s.starts_at >= greatest($3, $5) AND s.starts_at < $4), 0)::int
         AS done_last_year
FROM slots s JOIN turnouts t ON t.slot = s.id
WHERE s.state = 'done' AND s.starts_at >= least($1, $3) AND s.starts_at < greatest($2, $4)
"""
AWAITED = """
SELECT coalesce(sum(seats_taken), 0)::int AS booked, count(*) AS slots
FROM slots WHERE state IN ('open', 'closed') AND starts_at >= $1 AND starts_at < $2
"""
BREAKDOWN = """
SELECT grouping(host.uai, c.uai, c.department, t.level, month.of) AS by,
       coalesce(host.uai, c.uai, c.department, t.level, month.of) AS key,
       coalesce(host.name || ', ' || host.commune, c.name || ', ' || c.commune, c.department, t.level, month.of)
         AS label,
       sum(t.counted)::int AS pupils, count(*) AS groups, count(DISTINCT s.id) AS visits
FROM slots s JOIN turnouts t ON t.slot = s.id
JOIN schools host ON host.id = s.school JOIN schools c ON c.id = t.school
CROSS JOIN LATERAL (SELECT to_char(s.starts_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') AS of) month
WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2
GROUP BY GROUPING SETS ((host.uai, host.name, host.commune), (c.uai, c.name, c.commune), (c.department), (t.level),
                        (month.of))
ORDER BY by, pupils DESC, key
"""
OBJECTS = """
SELECT o.id, o.name, sum(b.made)::int AS made, sum(b.finished)::int AS finished, sum(b.working)::int AS working,
       sum(b.taken_home)::int AS taken_home, count(DISTINCT (b.slot, b.group_ref)) AS groups
FROM slots s JOIN builds b ON b.slot = s.id JOIN tech_objects o ON o.id = b.tech_object
WHERE s.state = 'done' AND s.starts_at >= $1 AND s.starts_at < $2
GROUP BY o.id, o.name ORDER BY made DESC, o.name
"""
# Which columns grouping() says are NOT in the group, bit by bit, in the order of its arguments.
_BY = {"lycees": 0b01111, "colleges": 0b10111, "departments": 0b11011, "levels": 0b11101, "months": 0b11110}


@dataclass(frozen=True)
class Progress:
    """A target and where it stands. None means that nothing of it is followed yet.

    `done`: what closed visits counted; `booked`: seats held in visits not yet closed; `forecast`: the figure at the
    target's end at the pace of the last 12 months; `frozen`: the period is over and no visit of it is left to close.
    """

    target: TargetCard
    done: int | None
    booked: int | None
    forecast: int | None
    frozen: bool


@dataclass(frozen=True)
class Count:
    """Pupils received, in how many groups and visits, under one heading (`key`: UAI, département, level, month)."""

    key: str
    label: str
    pupils: int
    groups: int
    visits: int


@dataclass(frozen=True)
class ObjectCount:
    """What became of one technological object, and how many groups built it."""

    id: int
    name: str
    made: int
    finished: int
    working: int
    taken_home: int
    groups: int


@dataclass(frozen=True)
class Breakdown:
    """The pupils of closed visits by lycée that received, collège and département that came, level, month, object."""

    lycees: list[Count]
    colleges: list[Count]
    departments: list[Count]
    levels: list[Count]
    months: list[Count]
    objects: list[ObjectCount]


def life_of_programme(targets: Sequence[TargetCard], *, now: datetime) -> tuple[date, date]:
    """The first and the last day of TECHNILAB's own target; without one, the last five school years."""
    today = paris_day(now)
    own = next(((one.from_on, one.to_on) for one in targets if (one.programme, one.metric) == COUNTED), None)
    return own or (date(today.year - YEARS_WITHOUT_TARGET, 8, 1), today)


async def progress(*, from_on: date | None = None, to_on: date | None = None, now: datetime) -> list[Progress]:
    """Each target with what is done and booked in a period (both days included; by default the target's own).

    The forecast always speaks of the target's own dates.
    """
    return [
        await _progress(target, from_on or target.from_on, to_on or target.to_on, now) for target in await targets()
    ]


async def _progress(target: TargetCard, from_on: date, to_on: date, now: datetime) -> Progress:
    if (target.programme, target.metric) != COUNTED:
        return Progress(target=target, done=None, booked=None, forecast=None, frozen=False)
    period, own, today = _instants(from_on, to_on), _instants(target.from_on, target.to_on), paris_day(now)
    (done,) = await rows(PUPILS, *period, *own, paris_instant(today - A_YEAR, time()))
    (awaited,) = await rows(AWAITED, *period)
    return Progress(
        target=target,
        done=done["done"],
        booked=awaited["booked"],
        forecast=forecast(
            done=done["done_in_all"],
            done_last_year=done["done_last_year"],
            from_on=target.from_on,
            to_on=target.to_on,
            today=today,
        ),
        frozen=to_on < today and awaited["slots"] == 0,
    )


def _instants(from_on: date, to_on: date) -> tuple[datetime, datetime]:
    return paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time())


async def breakdown(*, from_on: date, to_on: date) -> Breakdown:
    """Who was received in a period, both days included: two statements, whatever the number of visits."""
    period = _instants(from_on, to_on)
    found = await rows(BREAKDOWN, *period)
    by = {
        name: [
            Count(one["key"], one["label"], one["pupils"], one["groups"], one["visits"])
            for one in found
            if one["by"] == mask
        ]
        for name, mask in _BY.items()
    }
    by["months"].sort(key=lambda count: count.key)
    return Breakdown(objects=[ObjectCount(**dict(one)) for one in await rows(OBJECTS, *period)], **by)
