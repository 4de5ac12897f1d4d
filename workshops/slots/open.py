"""Offer one slot to collèges."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from asyncpg.exceptions import ExclusionViolationError

from workshops.catalogue.rules import WorkshopNotPublished
from workshops.database import row, savepoint, transaction, value
from workshops.events.record import record_by
from workshops.refusals import NoSuchChoice
from workshops.school_calendar.queries import closures_between, days_off_before
from workshops.school_calendar.rules import PARIS, paris_day, reason_closed
from workshops.slots.acts import (
    BookingClosesAt,
    EndsAt,
    SlotTerms,
    StartsAt,
    Workshop,
)
from workshops.slots.limits import refuse_odd_hours, refuse_too_soon, refuse_wrong_closing, refuse_wrong_hours
from workshops.slots.lock import take_room
from workshops.slots.queries import standing_in
from workshops.slots.rules import ClosedDay, RoomTaken, closing, closing_with, deadlines_of

# Its lycée says no other number of days until the slot is there to follow it.
WORKSHOP = """
SELECT w.school, w.state, w.levels, w.minutes, w.seats, w.groups_max, w.example, s.zone, s.booking_days
FROM workshops w JOIN schools s ON s.id = w.school WHERE w.id = $1 FOR SHARE OF w, s
"""
OPEN = """
INSERT INTO slots (workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max,
                   company_places, one_per_trade, on_agreement, example, created_at, settles_at, list_locks_at, eve_at,
                   chosen_closes_at)
VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id
"""
# Many at once, of one workshop: $4 to $6 their hours and the ends of their reservations, $15 to $17 their deadlines.
OPEN_ALL = """
INSERT INTO slots (workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max,
                   company_places, one_per_trade, on_agreement, example, created_at, settles_at, list_locks_at, eve_at)
SELECT $1, $2, $3, 'open', dates.starts_at, dates.ends_at, dates.closes_at, $7, $8, $9, $10, $11, $12, $13, $14,
  dates.settles_at, dates.list_locks_at, dates.eve_at
FROM unnest($4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $15::timestamptz[], $16::timestamptz[],
  $17::timestamptz[]) AS dates (starts_at, ends_at, closes_at, settles_at, list_locks_at, eve_at)
ORDER BY dates.starts_at RETURNING id, starts_at
"""


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
        taught = await row(WORKSHOP, asked.workshop)
        if taught is None or taught["school"] != school:
            raise NoSuchChoice("workshop")
        if taught["state"] != "published":
            raise WorkshopNotPublished
        ends_at = asked.ends_at or starts_at + timedelta(minutes=taught["minutes"])
        refuse_wrong_hours(starts_at, ends_at, now=now)
        hours = (starts_at.astimezone(PARIS).time(), ends_at.astimezone(PARIS).time())
        refuse_odd_hours(*hours, meant=asked.odd_hours)
        seats = asked.seats or taught["seats"]
        await take_room(asked.room, school=school, seats=seats)
        day = paris_day(starts_at)
        off = await closures_between(day, day, zones=[taught["zone"]], schools=[school])
        if reason := reason_closed(day, off, zone=taught["zone"], school=school):
            raise ClosedDay(reason)
        off = await days_off_before(school, day)
        latest = closing(starts_at, off, days=taught["booking_days"])
        refuse_too_soon(latest, days=taught["booking_days"], now=now)
        if asked.booking_closes_at is not None:
            refuse_wrong_closing(asked.booking_closes_at, latest, days=taught["booking_days"], now=now)
        closes_at = asked.booking_closes_at if asked.booking_closes_at != latest else None
        deadlines = deadlines_of(starts_at, off, now=now)
        try:
            async with savepoint():
                made = int(
                    await value(
                        OPEN,
                        asked.workshop,
                        school,
                        asked.room,
                        starts_at,
                        ends_at,
                        closing_with(latest, closes_at),
                        taught["levels"],
                        seats,
                        asked.groups_max or taught["groups_max"],
                        asked.company_places,
                        asked.one_per_trade,
                        asked.on_agreement,
                        taught["example"],
                        now,
                        deadlines.headcount,
                        deadlines.list,
                        deadlines.eve,
                        closes_at,
                    )
                )
        except ExclusionViolationError:
            raise RoomTaken(await standing_in(asked.room, starts_at, ends_at)) from None
        await record_by(by, "slot_opened", about_kind="slot", about=made, now=now)
        return made
