"""Joining the waiting list of a full slot: a whole group, with its rank."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.visits.reservations.demand import Booked, Demand, granted_before
from booking.visits.reservations.promote import promote
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, NewcomerHolds, TooLate
from workshops.database import row, rows, savepoint, transaction, value
from workshops.events.record import recorded
from workshops.refusals import NotFound

LOCK = "SELECT state, list_locks_at, booking_closes_at, seats FROM slots WHERE id = $1 FOR NO KEY UPDATE"
WAIT = f"""
WITH made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, wish, wish_rank, created_at, changed_at, needed)
  SELECT $8, 0, sl.id, $2, $6, $7, 'waiting', $3, $4, $5, sl.starts_at, sl.ends_at, $10, $11, $12, $13, $14, $9, $9,
    $17
  FROM slots sl WHERE sl.id = $1
  RETURNING id
), {
    recorded(
        "made",
        at="$9",
        by="$7",
        about_kind="'reservation'",
        about="made.id",
        sequence="0",
        state="'waiting'",
        act="CASE WHEN $15 THEN 'reservation_kept' WHEN $16 THEN 'reservation_waits' ELSE 'reservation_waits_also' END",
        detail="$3 || ' élèves'",
    )
}
SELECT id FROM made
"""  # noqa: S608 - constants only
STATE = "SELECT state, sequence FROM reservations WHERE id = $1"


async def join_waiting_list(demand: Demand, *, in_reserve: bool = False, told: bool = True, now: datetime) -> Booked:
    """The group waits, behind those who came before it. Seats that came free meanwhile are offered at once.

    A choice `in_reserve` waits for the answer to another one of its wish; one that is not `told` is named by the mail
    of another one.
    Raises TooLate when nothing can be offered any more, GroupTooBig for a group larger than the slot, GroupBusy,
    NewcomerHolds for a teacher whom her collège has not confirmed: she could not take what is offered.
    """
    if demand.awaiting:
        raise NewcomerHolds()
    async with transaction():
        slot = await row(LOCK, demand.slot)
        if slot is None:
            raise NotFound()
        closes = min(slot["booking_closes_at"], slot["list_locks_at"])
        if slot["state"] != "open" or now >= closes:
            raise TooLate()
        if demand.pupils > slot["seats"]:
            raise GroupTooBig(slot["seats"], demand.pupils)
        try:
            async with savepoint():
                made = await value(
                    WAIT,
                    *(demand.slot, demand.group, demand.pupils, demand.adults, demand.needs, demand.school),
                    *(demand.by, demand.uid, now, demand.key, demand.asked, demand.badge_salt),
                    *(demand.wish, demand.wish_rank, in_reserve, told, demand.needed),
                )
        except IntegrityConstraintViolationError:
            if (before := await granted_before(demand)) is not None:
                return before
            raise GroupBusy() from None
        await promote(demand.slot, now=now)
        stands = await rows(STATE, made)
    return Booked(id=made, state=stands[0]["state"], uid=demand.uid, sequence=stands[0]["sequence"])
