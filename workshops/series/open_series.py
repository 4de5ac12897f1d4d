"""Offer one workshop to collèges on many dates at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from asyncpg.exceptions import ExclusionViolationError

from workshops.database import rows, savepoint, transaction
from workshops.school_calendar.rules import paris_day
from workshops.series.queries import SeriesPlan, plan_series
from workshops.series.rules import PlannedDate, Series, Skipped, dates_to_open
from workshops.slots.rules import RoomTaken, default_closing

OPEN = """
INSERT INTO slots (workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max,
                   company_places, one_per_trade, on_agreement, example, created_at)
SELECT $1, $2, $3, 'open', dates.starts_at, dates.ends_at, dates.closes_at, $7, $8, $9, $10, $11, $12, $13, $14
FROM unnest($4::timestamptz[], $5::timestamptz[], $6::timestamptz[]) AS dates (starts_at, ends_at, closes_at)
ORDER BY dates.starts_at RETURNING id, starts_at
"""


@dataclass(frozen=True)
class OpenedSeries:
    """What became of each date, and the slots made, by date."""

    dates: list[PlannedDate]
    slots: dict[date, int]


async def open_series(
    series: Series, *, host_school: int, now: datetime, ticked: Mapping[date, Skipped | None] | None = None
) -> OpenedSeries:
    """Collèges may reserve this workshop on every date that is open, or on those the host ticked; all or none.

    `ticked` says for each date under which reason the host read it (None: open). Reservations of each slot close a week
    before at 18:00. Raises Invalid, NotFound, WorkshopNotPublished, DatesTaken, RoomTaken.
    """
    async with transaction():
        plan = await plan_series(series, host_school=host_school, now=now, locked=True)
        chosen = dates_to_open(plan.dates, ticked)
        try:
            async with savepoint():
                made = await _open(series, plan, chosen, host_school=host_school, now=now)
        except ExclusionViolationError:
            # Another slot was moved into the room at this very moment.
            raise RoomTaken from None
        return OpenedSeries(plan.dates, made)


async def _open(
    series: Series, plan: SeriesPlan, chosen: list[PlannedDate], *, host_school: int, now: datetime
) -> dict[date, int]:
    made = await rows(
        OPEN,
        *(series.workshop, host_school, series.room),
        [one.starts_at for one in chosen],
        [one.ends_at for one in chosen],
        [default_closing(one.starts_at, now) for one in chosen],
        *(list(plan.levels), plan.seats, plan.groups_max, series.company_places),
        *(series.one_per_trade, series.on_agreement, plan.example, now),
    )
    return {paris_day(one["starts_at"]): one["id"] for one in made}
