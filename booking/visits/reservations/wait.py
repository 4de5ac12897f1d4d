"""Joining the waiting list of a full slot: a whole group, with its rank."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record
from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.visits.reservations.demand import Booked, Demand, granted_before
from booking.visits.reservations.promote import promote
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, NewcomerHolds, TooLate
from workshops.database import engine, row, rows, savepoint, transaction, value
from workshops.events.record import recorded
from workshops.refusals import NotFound
from workshops.slots.seats import joined

LOCK = "SELECT state, list_locks_at, booking_closes_at, seats FROM slots WHERE id = $1 FOR NO KEY UPDATE"
_WAIT = f"""
WITH joined AS (
  {{slot}}
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, wish, wish_rank, created_at, changed_at, needed)
  SELECT $8, 0, sl.id, $2, $6, $7, 'waiting', $3, $4, $5, sl.starts_at, sl.ends_at, $10, $11, $12, $13, $14, $9, $9,
    $17
  FROM joined sl
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
_SLOT = {"pupils": "$3", "now": "$9"}
WAIT = _WAIT.format(slot=joined("$1", full=False, **_SLOT))
WAIT_WHERE_FULL = _WAIT.format(slot=joined("$1", full=True, **_SLOT))
STATE = "SELECT id, state, sequence FROM reservations WHERE id = $1"


async def join_waiting_list(demand: Demand, *, in_reserve: bool = False, told: bool = True, now: datetime) -> Booked:
    """The group waits, behind those who came before it.

    Where the slot is full for it, groups join side by side without the lock on its seats: what comes free at that very
    moment is offered by the next minute. Else seats that came free meanwhile are offered at once.
    A choice `in_reserve` waits for the answer to another one of its wish; one that is not `told` is named by the mail
    of another one.
    Raises TooLate when nothing can be offered any more, GroupTooBig for a group larger than the slot, GroupBusy,
    NewcomerHolds for a teacher whom her collège has not confirmed: she could not take what is offered.
    """
    if demand.awaiting:
        raise NewcomerHolds()
    arguments = (
        *(demand.slot, demand.group, demand.pupils, demand.adults, demand.needs, demand.school),
        *(demand.by, demand.uid, now, demand.key, demand.asked, demand.badge_salt),
        *(demand.wish, demand.wish_rank, in_reserve, told, demand.needed),
    )
    try:
        made = await _made(WAIT_WHERE_FULL, arguments)
        if made is not None:
            return Booked(id=made, state="waiting", uid=demand.uid, sequence=0)
        async with transaction():
            refuse_waiting(await row(LOCK, demand.slot), pupils=demand.pupils, now=now)
            made = await _made(WAIT, arguments)
            await promote(demand.slot, now=now)
            (stands,) = await rows(STATE, made)
    except IntegrityConstraintViolationError:
        if (before := await granted_before(demand)) is not None:
            return before
        raise GroupBusy() from None
    return Booked(id=stands["id"], state=stands["state"], uid=demand.uid, sequence=stands["sequence"])


async def _made(statement: str, arguments: tuple[object, ...]) -> int | None:
    """A part of a wish may fail without the others."""
    if not engine().transaction_exists():
        made: int | None = await value(statement, *arguments)
        return made
    async with savepoint():
        made = await value(statement, *arguments)
        return made


def refuse_waiting(slot: Record | None, *, pupils: int, now: datetime) -> None:
    """Raise why nobody waits for a slot, which is locked."""
    if slot is None:
        raise NotFound()
    if slot["state"] != "open" or now >= min(slot["booking_closes_at"], slot["list_locks_at"]):
        raise TooLate()
    if pupils > slot["seats"]:
        raise GroupTooBig(slot["seats"], pupils)
