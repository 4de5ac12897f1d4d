"""Offer one slot to collèges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from asyncpg.exceptions import ExclusionViolationError

from workshops.catalogue.rules import WorkshopNotPublished, WorkshopNumbers
from workshops.database import rows, savepoint, transaction
from workshops.database.row_types import columns_of, row_as
from workshops.events.record import record_by
from workshops.refusals import NoSuchChoice
from workshops.school_calendar.queries import closures_between, days_off_before
from workshops.school_calendar.rules import PARIS, paris_day, reason_closed
from workshops.slots.acts import BookingClosesAt, EndsAt, SlotTerms, StartsAt, Workshop
from workshops.slots.limits import refuse_odd_hours, refuse_too_soon, refuse_wrong_closing, refuse_wrong_hours
from workshops.slots.lock import take_room
from workshops.slots.queries import standing_in
from workshops.slots.rules import ClosedDay, Deadlines, RoomTaken, closing, closing_with, deadlines_of

TAUGHT = f"""
SELECT w.id, w.school, w.title, w.state, w.levels, {columns_of(WorkshopNumbers, "w")}, s.zone, s.booking_days
FROM workshops w JOIN schools s ON s.id = w.school
"""  # noqa: S608 - constants only
"""The workshops `w` that open slots, with what their lycées `s` say."""
# Its lycée says no other number of days until the slot is there to follow it.
WORKSHOP = f"{TAUGHT}WHERE w.id = $1 FOR SHARE OF w, s"
# What a slot keeps of the terms.
TERMS = [name for name in SlotTerms.__struct_fields__ if name != "odd_hours"]
HOURS = ("starts_at", "ends_at", "booking_closes_at", "settles_at", "list_locks_at", "eve_at", "chosen_closes_at")
# $1 the workshop, $2 the moment, $3 to $9 the hours of each slot, then the terms that are the same for all.
OPEN = f"""
INSERT INTO slots (workshop, school, levels, example, state, created_at, {", ".join((*HOURS, *TERMS))})
SELECT w.id, w.school, w.levels, w.example, 'open', $2, hours.*,
  {", ".join(f"${number}" for number, _ in enumerate(TERMS, 10))}
FROM workshops w,
  unnest({", ".join(f"${number}::timestamptz[]" for number, _ in enumerate(HOURS, 3))}) AS hours ({", ".join(HOURS)})
WHERE w.id = $1 ORDER BY hours.starts_at RETURNING id, starts_at
"""  # noqa: S608 - constants only


class TaughtWorkshop(WorkshopNumbers, frozen=True):
    """A workshop that opens slots: its numbers, its lycée's zone, and how many school days before a visit its
    reservations close."""

    id: int
    school: int
    title: str
    state: str
    levels: tuple[str, ...]
    zone: str
    booking_days: int

    def filled(self, terms: SlotTerms) -> SlotTerms:
        """The terms of a slot, with the workshop's numbers where none are given."""
        given = {name: getattr(terms, name) for name in SlotTerms.__struct_fields__}
        own = {name: getattr(self, name) for name in given.keys() & self.__struct_fields__ if given[name] is None}
        return SlotTerms(**given | own)


class OpenHours(NamedTuple):
    """When a slot takes place and until when it is reserved; `chosen` where its lycée closes it earlier by itself."""

    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    deadlines: Deadlines
    chosen: datetime | None = None


class OpenSlot(SlotTerms, frozen=True, kw_only=True):
    """A lycée opens a slot. Instants carry their offset, for example 2027-03-25T09:00:00+01:00.

    Seats, groups and how long it lasts are the workshop's unless given. Before 7:00 or after 19:00 in France it is
    refused (422, `errors.odd_hours`) unless `odd_hours` says it is meant.
    """

    workshop: Workshop = msgspec.field(name="workshop_id")
    starts_at: StartsAt
    ends_at: EndsAt | None = None
    booking_closes_at: BookingClosesAt | None = None


async def open_slot(asked: OpenSlot, *, school: int, by: int | None, now: datetime) -> int:
    """Collèges may reserve this workshop of the lycée at this hour; returns the slot's number.

    Reservations close at 18:00 as many school days before as the lycée says, earlier where it is given: a slot that
    nobody could reserve any more is not opened. Companies come one of a trade, or with the lycée's agreement, where
    asked so. A Wednesday afternoon is accepted: `wednesday_afternoon` lets a page say so.

    Raises Invalid, NotFound, WorkshopNotPublished, ClosedDay, RoomTaken.
    """
    starts_at = asked.starts_at
    async with transaction():
        taught = published(await row_as(TaughtWorkshop, WORKSHOP, asked.workshop), school=school)
        ends_at = asked.ends_at or starts_at + timedelta(minutes=taught.minutes)
        refuse_wrong_hours(starts_at, ends_at, now=now)
        hours = (starts_at.astimezone(PARIS).time(), ends_at.astimezone(PARIS).time())
        refuse_odd_hours(*hours, meant=asked.odd_hours)
        terms = taught.filled(asked)
        await take_room(terms.room, school=school, seats=terms.seats or taught.seats)
        day = paris_day(starts_at)
        off = await closures_between(day, day, zones=[taught.zone], schools=[school])
        if reason := reason_closed(day, off, zone=taught.zone, school=school):
            raise ClosedDay(reason)
        off = await days_off_before(school, day)
        latest = closing(starts_at, off, days=taught.booking_days)
        refuse_too_soon(latest, days=taught.booking_days, now=now)
        if asked.booking_closes_at is not None:
            refuse_wrong_closing(asked.booking_closes_at, latest, days=taught.booking_days, now=now)
        chosen = asked.booking_closes_at if asked.booking_closes_at != latest else None
        opened = OpenHours(
            starts_at, ends_at, closing_with(latest, chosen), deadlines_of(starts_at, off, now=now), chosen
        )
        try:
            async with savepoint():
                made = (await open_slots(taught, terms, [opened], now=now))[starts_at]
        except ExclusionViolationError:
            raise RoomTaken(await standing_in(asked.room, starts_at, ends_at)) from None
        await record_by(by, "slot_opened", about_kind="slot", about=made, now=now)
        return made


def published(taught: TaughtWorkshop | None, *, school: int) -> TaughtWorkshop:
    """A workshop of this lycée that collèges see. Raises NoSuchChoice, WorkshopNotPublished."""
    if taught is None or taught.school != school:
        raise NoSuchChoice("workshop")
    if taught.state != "published":
        raise WorkshopNotPublished
    return taught


async def open_slots(
    taught: TaughtWorkshop, terms: SlotTerms, hours: Sequence[OpenHours], *, now: datetime
) -> dict[datetime, int]:
    """Put slots of one workshop on offer, in one statement whatever their number; their numbers by their beginning."""
    each = [(one.starts_at, one.ends_at, one.booking_closes_at, *one.deadlines.stored, one.chosen) for one in hours]
    kept = (getattr(terms, name) for name in TERMS)
    made = await rows(OPEN, taught.id, now, *zip(*each, strict=True), *kept) if each else []
    return {one["starts_at"]: one["id"] for one in made}
