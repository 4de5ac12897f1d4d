"""Series of slots that a lycée opens, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from booking.api.shapes import Instant, Whole, made
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from workshops.series.acts import Series
from workshops.series.open_series import open_series
from workshops.series.queries import plan_series
from workshops.series.rules import DATES_MOST, PlannedDate, Skipped
from workshops.slots.limits import CompanyPlaces, GroupsMax, OddHours, OnAgreement, OnePerTrade, Room, Seats

Wall = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM in France.")]
Weekday = Annotated[int, Meta(ge=1, le=7)]


class NewSeries(msgspec.Struct, forbid_unknown_fields=True):
    """A workshop on some weekdays of every week, between two days included.

    With `dry_run` nothing is opened. `dates` opens those dates only, all or none. `wednesday_afternoons` opens on them
    too. `alone`: any other slot of the lycée at that time makes the host taken, not only one of the same workshop.
    Hours before 7:00 or after 19:00 are refused (422, `errors.odd_hours`) unless `odd_hours` says they are meant.
    """

    workshop_id: Whole
    weekdays: Annotated[
        list[Weekday], Meta(min_length=1, max_length=7, description="ISO 8601: 1 is Monday, 7 is Sunday.")
    ]
    starts: Wall
    ends: Wall
    first_on: date = msgspec.field(name="from")
    last_on: date = msgspec.field(name="to")
    seats: Seats | None = None
    groups_max: GroupsMax | None = None
    room_id: Room | None = None
    company_places: CompanyPlaces = 0
    one_per_trade: OnePerTrade = False
    on_agreement: OnAgreement = False
    wednesday_afternoons: bool = False
    alone: bool = False
    odd_hours: OddHours = False
    dates: Annotated[list[date], Meta(min_length=1, max_length=DATES_MOST)] | None = None
    dry_run: bool = False


class DateOfSeries(msgspec.Struct):
    """A date of the series; `reason` is why it is skipped, null when it is open. `slot_id` is the slot that takes its
    room or its host."""

    on: date
    starts_at: Instant
    ends_at: Instant
    state: Literal["open", "skipped"]
    reason: Skipped | None
    slot_id: int | None


class SlotOfSeries(msgspec.Struct):
    """A slot of the series, and its day."""

    id: int
    on: date


class OpenedSeries(msgspec.Struct):
    """Each date, open or skipped, and the slots that were opened, with the series that they are of: none with
    `dry_run`."""

    dates: list[DateOfSeries]
    slots: list[SlotOfSeries]
    series_id: int | None


@post("/slots/series", opt=HOST | {"also": (200,)})
async def open_series_of_slots(
    data: JSONBody[NewSeries], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Response[OpenedSeries]:
    """Open a series of slots of one's lycée, or with `dry_run` tell each date with its state and its reason (200).

    Skipped dates: holiday, public_holiday, wednesday_afternoon, closure, room_taken, host_taken,
    too_soon (reservations would be closed already).
    """
    series = Series(
        workshop=data.workshop_id,
        weekdays=frozenset(one - 1 for one in data.weekdays),
        starts=time.fromisoformat(data.starts),
        ends=time.fromisoformat(data.ends),
        first_on=data.first_on,
        last_on=data.last_on,
        room=data.room_id,
        seats=data.seats,
        groups_max=data.groups_max,
        company_places=data.company_places,
        one_per_trade=data.one_per_trade,
        on_agreement=data.on_agreement,
        wednesday_afternoons=data.wednesday_afternoons,
        alone=data.alone,
        odd_hours=data.odd_hours,
    )
    return await opened_series(series, person, now, dates=data.dates, dry_run=data.dry_run)


async def opened_series(
    series: Series,
    person: Host,
    now: datetime,
    *,
    dates: Sequence[date] | None,
    dry_run: bool,
    grows: int | None = None,
) -> Response[OpenedSeries]:
    """The answer to a series that was asked for: opened, or looked at."""
    if dry_run:
        plan = await plan_series(series, school=person.school, now=now)
        return Response(OpenedSeries(_dates(plan.dates), [], None), status_code=200)
    ticked = None if dates is None else dict.fromkeys(dates)
    opened = await open_series(series, school=person.school, by=person.account, ticked=ticked, grows=grows, now=now)
    slots = [SlotOfSeries(slot, on) for on, slot in opened.slots.items()]
    where = f"/slots?school={person.school_uai}&from={series.first_on}&to={series.last_on}"
    return made(OpenedSeries(_dates(opened.dates), slots, opened.series), where)


def _dates(planned: Sequence[PlannedDate]) -> list[DateOfSeries]:
    return [
        DateOfSeries(
            *(one.on, one.starts_at, one.ends_at, "open" if one.reason is None else "skipped", one.reason),
            slot_id=one.there.id if one.there else None,
        )
        for one in planned
    ]
