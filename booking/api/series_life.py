"""What becomes of a series of slots once it is open, for machines: each act on all of it, or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal, TypeAlias

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from booking.api.series import OpenedSeries, Wall, opened_series
from booking.api.shapes import PAGE, Cursor, Instant, Limit, Page, Whole, answer_of, made, page_of, start_of
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.several import (
    Asked,
    Fate,
    Shift,
    change_slots,
    preview_slots,
)
from workshops.acts import Act
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.series.queries import SeriesCard, series_after, series_head, slots_of_series
from workshops.series.rules import DATES_MOST, FirstOn, LastOn, OneOfSeries, as_it_goes, week_after, year_after
from workshops.slots.acts import MaybeReason, OddHours, Room
from workshops.slots.call_off import CallOffSlot
from workshops.slots.restate import ResizeSlot
from workshops.slots.rules import SlotState


class SeriesInList(msgspec.Struct):
    """A series by its slots that were not called off."""

    id: int
    workshop_id: int
    title: str
    first_on: date
    last_on: date
    slot_count: int
    to_come: int
    pupils: int


class SlotInSeriesAnswer(msgspec.Struct):
    """A slot of a series, as it stands by now."""

    id: int
    state: SlotState
    starts_at: Instant
    ends_at: Instant
    room_id: int | None
    seats: int
    seats_taken: int
    company_places: int
    reason: str


class SeriesWithSlots(msgspec.Struct):
    """A series of one's lycée with all its slots, those called off included."""

    id: int
    workshop_id: int
    title: str
    slots: list[SlotInSeriesAnswer]


@get("/series", opt=may("slots.open"))
async def list_series(person: AsHost, now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[SeriesInList]:
    """What one's lycée opened by series, by number."""
    after = start_of(cursor, of="series")
    found = await series_after(after, school=person.school, now=now, limit=limit + 1)
    return page_of(found, _listed, of="series", limit=limit)


def _listed(one: SeriesCard) -> SeriesInList:
    days = {"first_on": paris_day(one.first_at), "last_on": paris_day(one.last_at)}
    return answer_of(SeriesInList, one, workshop_id=one.workshop, **days, slot_count=one.slots)


@get("/series/{series:int}", opt=may("slots.open"))
async def read_series(series: FromPath[int], person: AsHost) -> SeriesWithSlots:
    """One series with its slots."""
    head = await series_head(series, scope=person.scope)
    slots = [answer_of(SlotInSeriesAnswer, one, room_id=one.room) for one in await slots_of_series(series)]
    return answer_of(SeriesWithSlots, head, workshop_id=head.workshop, slots=slots)


SlotNumbers = Annotated[list[Whole], Meta(min_length=1, max_length=DATES_MOST)]
DryRun = Annotated[bool, Meta(description="Tells what would be, and changes nothing.")]


class MoveSeries(Act, frozen=True, kw_only=True):
    """`days` later, or earlier when negative; without hours or `room_id` each slot keeps its own, with a null `room_id`
    it has none.

    Other hours before 7:00 or after 19:00 are refused (422, `errors.odd_hours`) unless `odd_hours` says they are meant.
    """

    days: Annotated[int, Meta(ge=-7, le=7)] = 0
    starts: Wall | None = None
    ends: Wall | None = None
    room: Room | UnsetType | None = msgspec.field(name="room_id", default=UNSET)
    reason: MaybeReason = ""
    odd_hours: OddHours = False
    first_on: FirstOn | None = msgspec.field(name="from", default=None)
    slot_numbers: SlotNumbers | None = None
    dry_run: DryRun = False


class ResizeSeries(ResizeSlot, frozen=True, kw_only=True):
    """Other numbers; what is not given stays."""

    first_on: FirstOn | None = msgspec.field(name="from", default=None)
    slot_numbers: SlotNumbers | None = None
    dry_run: DryRun = False


class CallOffSeries(CallOffSlot, frozen=True, kw_only=True):
    """Why nobody is received: groups and companies read it."""

    first_on: FirstOn | None = msgspec.field(name="from", default=None)
    slot_numbers: SlotNumbers | None = None
    dry_run: DryRun = False


OfSeries: TypeAlias = MoveSeries | ResizeSeries | CallOffSeries
"""Which slots: those to come from the day `from` on, or `slot_numbers`. With `dry_run` nothing is changed."""


class SlotChange(msgspec.Struct):
    """What becomes of a slot: whom that touches (of new seats, the waiting groups that they are offered to), or the
    `problem` for which it would stay as it is."""

    id: int
    starts_at: Instant
    ends_at: Instant
    state: Literal["changed", "kept"]
    problem: str | None
    detail: str | None
    groups: int
    companies: int


class ChangedSeries(msgspec.Struct):
    """Each slot asked for, in the order of their hours."""

    slots: list[SlotChange]


@post("/series/{series:int}/move", opt=may("slots.open") | {"also": (200,)})
async def move_series(
    series: FromPath[int], data: JSONBody[MoveSeries], person: AsHost, now: Now
) -> Response[ChangedSeries]:
    """Take the slots of a series and everyone in them to another day, hour or room: all of them or none."""
    asked = Shift(
        days=data.days,
        starts=time.fromisoformat(data.starts) if data.starts else None,
        ends=time.fromisoformat(data.ends) if data.ends else None,
        room=data.room,
        reason=data.reason,
        odd_hours=data.odd_hours,
    )
    return await _change(series, asked, data, person, now)


@post("/series/{series:int}/resize", opt=may("slots.open") | {"also": (200,)})
async def resize_series(
    series: FromPath[int], data: JSONBody[ResizeSeries], person: AsHost, now: Now
) -> Response[ChangedSeries]:
    """Change the places of the slots of a series: all of them or none."""
    return await _change(series, data, data, person, now)


@post("/series/{series:int}/call-off", opt=may("slots.open") | {"also": (200,)})
async def call_off_series(
    series: FromPath[int], data: JSONBody[CallOffSeries], person: AsHost, now: Now
) -> Response[ChangedSeries]:
    """Call the slots of a series off with one reason: all of them or none."""
    return await _change(series, data, data, person, now)


async def _change(series: int, asked: Asked, data: OfSeries, person: Host, now: datetime) -> Response[ChangedSeries]:
    await series_head(series, scope=person.scope)
    every, since = await slots_of_series(series), data.first_on or date.min
    if data.slot_numbers is None:
        every = [one for one in every if one.may_change(now) and one.on >= since]
    return await changed_slots(
        asked, every, only=data.slot_numbers, dry_run=data.dry_run, person=person, now=now, at=f"/series/{series}"
    )


async def changed_slots(
    asked: Asked,
    every: Sequence[OneOfSeries],
    *,
    only: Collection[int] | None,
    dry_run: bool,
    person: Host,
    now: datetime,
    at: str,
) -> Response[ChangedSeries]:
    """The answer to an act on several slots: done to all of them, or looked at. Raises NotFound for another's."""
    slots = [one for one in every if only is None or one.id in only]
    if only is not None and len(slots) < len(set(only)):
        raise NotFound
    if dry_run:
        looked = await preview_slots(asked, slots, school=person.school, by=person.account, now=now)
        return Response(ChangedSeries([_told(looked[one.id]) for one in slots]), status_code=200)
    versions = {one.id: one.version for one in slots}
    fates = await change_slots(asked, slots, versions=versions, school=person.school, by=person.account, now=now)
    return made(ChangedSeries([_told(one) for one in fates]), at)


def _told(fate: Fate) -> SlotChange:
    no = fate.refusal
    return SlotChange(
        *(fate.slot, fate.starts_at, fate.ends_at, "kept" if no else "changed"),
        *(no.kind if no else None, no.sentence if no else None, fate.groups, fate.companies),
    )


class MoreDates(Act, frozen=True, kw_only=True):
    """Over which days, and which of their dates; with `dry_run` nothing is opened."""

    first_on: FirstOn | None = msgspec.field(name="from", default=None)
    last_on: LastOn | None = msgspec.field(name="to", default=None)
    dates: Annotated[list[date], Meta(min_length=1, max_length=DATES_MOST)] | None = None
    dry_run: bool = False


@post("/series/{series:int}/dates", opt=may("slots.open") | {"also": (200,)})
async def add_dates(
    series: FromPath[int], data: JSONBody[MoreDates], person: AsHost, now: Now
) -> Response[OpenedSeries]:
    """Open more dates of a series as most of its slots are: of the week that follows it unless days are given."""
    return await _open_later(series, data, person, now, later=week_after, grows=series)


@post("/series/{series:int}/copy", opt=may("slots.open") | {"also": (200,)})
async def copy_series(
    series: FromPath[int], data: JSONBody[MoreDates], person: AsHost, now: Now
) -> Response[OpenedSeries]:
    """Open a new series like this one: over the same weeks of the next school year to come unless days are given."""
    return await _open_later(series, data, person, now, later=year_after, grows=None)


async def _open_later(
    series: int,
    data: MoreDates,
    person: Host,
    now: datetime,
    *,
    later: Callable[..., tuple[date, date]],
    grows: int | None,
) -> Response[OpenedSeries]:
    head = await series_head(series, scope=person.scope)
    slots: Sequence[OneOfSeries] = [one for one in await slots_of_series(series) if one.state != "called_off"]
    if not slots:
        raise NotFound
    first_on, last_on = later(slots, today=paris_day(now))
    asked = as_it_goes(
        slots, workshop=head.workshop, first_on=data.first_on or first_on, last_on=data.last_on or last_on
    )
    return await opened_series(asked, person, now, dates=data.dates, dry_run=data.dry_run, grows=grows)
