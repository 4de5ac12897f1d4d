"""Offer one workshop to collèges on many dates at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from asyncpg.exceptions import ExclusionViolationError
from msgspec import Struct

from workshops.database import rows, savepoint, transaction, value
from workshops.events.record import recorded
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.series.queries import SeriesPlan, plan_series
from workshops.series.rules import PlannedDate, Series, Skipped, dates_to_open
from workshops.series.tables import SlotSeries
from workshops.slots.open import OpenHours, open_slots
from workshops.slots.queries import standing_in
from workshops.slots.rules import RoomTaken, closing, deadlines_of

NOTE = f"""WITH {
    recorded(
        "unnest($1::int[]) AS made (slot)",
        at="$2",
        by="$3",
        act="'slot_opened'",
        about_kind="'slot'",
        about="made.slot",
        detail="'série de ' || cardinality($1::int[])",
    )
}
SELECT id FROM event"""  # noqa: S608 - constants only


LINK = "INSERT INTO series_slots (series, slot) SELECT $1, slot FROM unnest($2::int[]) AS made (slot)"
GROWS = "SELECT workshop FROM series WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"


class OpenedDates(Struct, frozen=True):
    """What became of each date, and the slots made, by date; `series` is the one that holds them, None for no slot."""

    dates: list[PlannedDate]
    slots: dict[date, int]
    series: int | None


async def open_series(
    series: Series,
    *,
    school: int,
    by: int,
    now: datetime,
    ticked: Mapping[date, Skipped | None] | None = None,
    grows: int | None = None,
) -> OpenedDates:
    """Collèges may reserve this workshop on every date that is open, or on those the host ticked; all or none.

    `ticked` says for each date under which reason the host read it (None: open). The slots are kept together as a
    series, or join the one that `grows`. Reservations of each slot close as many school days before as the lycée says.
    Raises Invalid, NotFound, WorkshopNotPublished, DatesTaken, RoomTaken.
    """
    async with transaction():
        if grows is not None and await value(GROWS, grows, school) != series.workshop:
            raise NotFound
        plan = await plan_series(series, school=school, now=now, locked=True)
        chosen = dates_to_open(plan.dates, ticked)
        try:
            async with savepoint():
                made = await _open(plan, chosen, now=now)
        except ExclusionViolationError:
            # Another slot was moved into the room at this very moment.
            taken = [await standing_in(series.room, one.starts_at, one.ends_at) for one in chosen]
            raise RoomTaken(next((one for one in taken if one is not None), None)) from None
        if not made:
            return OpenedDates(plan.dates, made, grows)
        await rows(NOTE, list(made.values()), now, by)
        kept = grows if grows is not None else await _keep(school, series.workshop, now)
        await rows(LINK, kept, list(made.values()))
        return OpenedDates(plan.dates, made, kept)


async def _keep(school: int, workshop: int, now: datetime) -> int:
    fresh = SlotSeries(school=school, workshop=workshop, opened_at=now)
    (kept,) = await SlotSeries.insert(fresh).returning(SlotSeries.id)
    return int(kept["id"])


async def _open(plan: SeriesPlan, chosen: list[PlannedDate], *, now: datetime) -> dict[date, int]:
    hours = [
        OpenHours(
            one.starts_at,
            one.ends_at,
            closing(one.starts_at, plan.off, days=plan.workshop.booking_days),
            deadlines_of(one.starts_at, plan.off, now=now),
        )
        for one in chosen
    ]
    made = await open_slots(plan.workshop, plan.terms, hours, now=now)
    return {paris_day(starts_at): slot for starts_at, slot in made.items()}
