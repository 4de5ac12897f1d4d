"""Another hour or another room for a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError

from workshops.database import rows, savepoint, transaction
from workshops.refusals import Invalid
from workshops.school_calendar.queries import closures_between, days_off_before
from workshops.school_calendar.rules import paris_day, reason_closed
from workshops.slots.limits import REASON_INSTEAD, REASON_MOST, refuse_odd_move, refuse_wrong_hours
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
from workshops.typed_text.health import says_of_pupil

MOVE = """
UPDATE slots SET starts_at = $2, ends_at = $3, booking_closes_at = $4, room = $5, version = version + 1,
  settles_at = $6, list_locks_at = $7, eve_at = $8, reason = $9, chosen_closes_at = $10 WHERE id = $1
"""
# $1 the slot, $2 to $4 its hours and the end of its reservations, whatever stands in the way.
PUT_AT = "UPDATE slots SET starts_at = $2, ends_at = $3, booking_closes_at = $4 WHERE id = $1 RETURNING id"


@dataclass(frozen=True)
class MovedSlot:
    """Where a slot stood, when its reservations close now, and its new deadlines."""

    was: LockedSlot
    booking_closes_at: datetime
    deadlines: Deadlines


async def move_slot(
    slot: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: int | None,
    host_school: int,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    odd_hours: bool = False,
) -> MovedSlot:
    """The visit takes place at another hour or in another room; its seats and whoever holds them stay.

    Reservations close as the rule says, or as long before it as the lycée had chosen; they may be closed then. `reason`
    may say why it moves; to an hour before 7:00 or after 19:00 it goes only where `odd_hours` says that it is meant.

    Raises Invalid, NotFound, SlotDone, SlotCalledOff, SlotBegun, Stale, ClosedDay, RoomTaken.
    """
    async with transaction():
        was = await lock_slot(slot, host_school=host_school, version=version)
        if was.starts_at <= now:
            raise SlotBegun
        refuse_wrong_hours(starts_at, ends_at, now=now)
        refuse_odd_move((was.starts_at, was.ends_at), (starts_at, ends_at), meant=odd_hours)
        if len(reason) > REASON_MOST:
            raise Invalid({"reason": f"Dites pourquoi en {REASON_MOST} caractères au plus."})
        if personal := says_of_pupil("Raison", reason, instead=REASON_INSTEAD):
            raise Invalid({"reason": personal})
        if (starts_at, ends_at, room) == (was.starts_at, was.ends_at, was.room):
            raise Invalid({"starts_at": "Le créneau est déjà à cette heure, dans cette salle."})
        if room != was.room:
            await take_room(room, host_school=host_school, seats=was.seats)
        day = paris_day(starts_at)
        if day != paris_day(was.starts_at):
            off = await closures_between(day, day, zones=[was.zone], schools=[host_school])
            if closed := reason_closed(day, off, zone=was.zone, school=host_school):
                raise ClosedDay(closed)
        off = await days_off_before(host_school, day)
        chosen = moved_choice(was.chosen_closes_at, was.starts_at, starts_at)
        closes_at = closing_with(closing(starts_at, off, days=was.booking_days), chosen)
        deadlines = deadlines_of(starts_at, off, now=now)
        try:
            async with savepoint():
                told = (deadlines.headcount, deadlines.list, deadlines.eve)
                await rows(MOVE, slot, starts_at, ends_at, closes_at, room, *told, reason, chosen)
        except ExclusionViolationError:
            raise RoomTaken(await standing_in(room, starts_at, ends_at, but=slot)) from None
        return MovedSlot(was=was, booking_closes_at=closes_at, deadlines=deadlines)
