"""Another hour or another room for a slot."""

from __future__ import annotations

from datetime import datetime

import msgspec
from asyncpg.exceptions import ExclusionViolationError
from msgspec import UNSET, Struct, UnsetType

from workshops.acts import Act
from workshops.acts.health import says_of_pupil
from workshops.database import rows, savepoint, transaction
from workshops.refusals import Invalid
from workshops.school_calendar.queries import closures_between, days_off_before
from workshops.school_calendar.rules import paris_day, reason_closed
from workshops.slots.acts import EndsAt, MaybeReason, OddHours, Room, StartsAt
from workshops.slots.limits import REASON_INSTEAD, refuse_odd_move, refuse_wrong_hours
from workshops.slots.lock import LockedSlot, lock_slot, take_room
from workshops.slots.queries import standing_in
from workshops.slots.rules import (
    ClosedDay,
    Deadlines,
    RoomTaken,
    SlotBegun,
    closing,
    closing_with,
    deadlines_of,
    moved_choice,
)

MOVE = """
UPDATE slots SET starts_at = $2, ends_at = $3, booking_closes_at = $4, room = $5, version = version + 1,
  settles_at = $6, list_locks_at = $7, eve_at = $8, reason = $9, chosen_closes_at = $10 WHERE id = $1
"""
# $1 the slot, $2 to $4 its hours and the end of its reservations, whatever stands in the way.
PUT_AT = "UPDATE slots SET starts_at = $2, ends_at = $3, booking_closes_at = $4 WHERE id = $1 RETURNING id"


class MoveSlot(Act, frozen=True, kw_only=True):
    """Another moment, with its offset; without `room_id` the slot keeps its room, with null it has none.

    Other hours before 7:00 or after 19:00 in France are refused (422, `errors.odd_hours`) unless `odd_hours` says they
    are meant.
    """

    starts_at: StartsAt
    ends_at: EndsAt
    room: Room | UnsetType | None = msgspec.field(name="room_id", default=UNSET)
    reason: MaybeReason = ""
    odd_hours: OddHours = False


class MovedSlot(Struct, frozen=True):
    """Where a slot stood, when its reservations close now, its new deadlines; `same_hours`: only its room changed."""

    was: LockedSlot
    booking_closes_at: datetime
    deadlines: Deadlines
    same_hours: bool


async def move_slot(slot: int, asked: MoveSlot, *, school: int, now: datetime, version: int | None = None) -> MovedSlot:
    """The visit takes place at another hour or in another room; its seats and whoever holds them stay.

    Reservations close as the rule says, or as long before it as the lycée had chosen; they may be closed then.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale, ClosedDay, RoomTaken.
    """
    starts_at, ends_at = asked.starts_at, asked.ends_at
    async with transaction():
        was = await lock_slot(slot, school=school, version=version)
        room = was.room if asked.room is UNSET else asked.room
        if was.starts_at <= now:
            raise SlotBegun
        refuse_wrong_hours(starts_at, ends_at, now=now)
        refuse_odd_move((was.starts_at, was.ends_at), (starts_at, ends_at), meant=asked.odd_hours)
        if personal := says_of_pupil("Raison", asked.reason, instead=REASON_INSTEAD):
            raise Invalid({"reason": personal})
        same_hours = (starts_at, ends_at) == (was.starts_at, was.ends_at)
        if same_hours and room == was.room:
            raise Invalid({"starts_at": "Le créneau est déjà à cette heure, dans cette salle."})
        if room != was.room:
            await take_room(room, school=school, seats=was.seats, taken=was.seats_taken, field="room")
        day = paris_day(starts_at)
        if day != paris_day(was.starts_at):
            off = await closures_between(day, day, zones=[was.zone], schools=[school])
            if closed := reason_closed(day, off, zone=was.zone, school=school):
                raise ClosedDay(closed)
        off = await days_off_before(school, day)
        chosen = moved_choice(was.chosen_closes_at, was.starts_at, starts_at)
        closes_at = closing_with(closing(starts_at, off, days=was.booking_days), chosen)
        deadlines = deadlines_of(starts_at, off, now=now)
        try:
            async with savepoint():
                await rows(MOVE, slot, starts_at, ends_at, closes_at, room, *deadlines.stored, asked.reason, chosen)
        except ExclusionViolationError:
            raise RoomTaken(await standing_in(room, starts_at, ends_at, but=slot)) from None
        return MovedSlot(was=was, booking_closes_at=closes_at, deadlines=deadlines, same_hours=same_hours)
