"""A demand of an opening's first hour, where that is drawn: it enters the draw and holds no seat."""

from __future__ import annotations

import secrets
from datetime import datetime

from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec.structs import replace

from booking.visits.draws.number import numbered
from booking.visits.draws.rules import NUMBER_BYTES, AlreadyInDraw, DrawUnderWay
from booking.visits.reservations.demand import Booked, Demand, granted_before
from booking.visits.reservations.newcomer_holds import refuse_newcomer
from booking.visits.reservations.rules import SlotSeen, refuse_booking
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.whom_to_ask import refuse_without_principal
from workshops.database import transaction, value
from workshops.events.record import recorded
from workshops.openings.plan import entering
from workshops.slots.seats import joined

CAME_BEFORE = "EXISTS (SELECT FROM received WHERE college = $6 AND visit IS NOT NULL)"
# The weight is fixed here, for good. No lock on the slot: thousands of demands for one enter side by side.
ENTER = f"""
WITH opening AS (
  {entering("$15")}
), joined AS (
  {joined("$1", pupils="$3", now="$9", full=False)}
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at, needed)
  SELECT $8, 0, sl.id, $2, $6, $7, 'in_draw', $3, $4, $5, sl.starts_at, sl.ends_at, $10, $11, $12, $9, $9, $13
  FROM joined sl, opening
  RETURNING id, slot
), numbers AS (
  {
    numbered(
        "made",
        opening="opening",
        number="$14",
        weight=f"CASE WHEN {CAME_BEFORE} THEN 1 ELSE opening.first_weight END",
    )
}
), {
    recorded(
        "made",
        at="$9",
        by="$7",
        act="'reservation_enters_draw'",
        about_kind="'reservation'",
        about="made.id",
        sequence="0",
        state="'in_draw'",
        detail="$3 || ' élèves'",
    )
}
SELECT id FROM made
"""  # noqa: S608 - constants only


async def enter_draw(demand: Demand, seen: SlotSeen, *, now: datetime) -> Booked:
    """The group is in the draw of this slot, under a number of its own.

    Raises what a booking raises, but for full slots; AlreadyInDraw for a group that is in a draw, NoPrincipal where the
    visa could not be asked for, DrawUnderWay when the hour has just ended.
    """
    asked = demand.asked
    _refuse(seen, demand, now=now)
    if seen.approval and not demand.awaiting:
        await refuse_without_principal(demand.school)
    try:
        async with transaction():
            if demand.awaiting:
                await refuse_newcomer(demand)
            made = await value(
                ENTER,
                *(asked.slot, asked.group, asked.pupils, asked.adults, asked.needs, demand.school, demand.by),
                *(demand.uid, now, demand.key, demand.fingerprint, demand.badge_salt, asked.boxes.kept),
                *(secrets.token_hex(NUMBER_BYTES), seen.opening),
            )
    except IntegrityConstraintViolationError:
        if (before := await granted_before(demand)) is not None:
            return before
        raise AlreadyInDraw() from None
    if made is None:
        # The hour has just ended, or the lycée has just changed the slot.
        again = await seats_of(asked.slot, asked.group, school=demand.school)
        _refuse(again or seen, demand, now=now)
        raise DrawUnderWay()
    return Booked(id=made, state="in_draw", uid=demand.uid, sequence=0)


def _refuse(seen: SlotSeen, demand: Demand, *, now: datetime) -> None:
    """Raise what a booking raises, but for seats: nobody holds one before the draw."""
    refuse_booking(replace(seen, seats_taken=0, groups_taken=0, draws_at=None), pupils=demand.asked.pupils, now=now)
