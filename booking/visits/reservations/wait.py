"""Joining the waiting list of a full slot: a whole group, with its rank."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TypeAlias

from asyncpg import Record
from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.process.counting import BOOKINGS, count
from booking.visits.demands.keep import NEXT, WAITS_FOR_ANSWER, alone
from booking.visits.reservations.beyond import asking_together
from booking.visits.reservations.demand import Booked, Demand, granted_before
from booking.visits.reservations.one_demand import join_unanswered
from booking.visits.reservations.promote import promote
from booking.visits.reservations.rules import GroupBusy, GroupTooBig, NewcomerHolds, TooLate
from workshops.database import current_engine, row, rows, savepoint, transaction
from workshops.database.batching import WriteBatcher
from workshops.database.request_id import origin
from workshops.events.record import recorded
from workshops.refusals import NotFound, or_not_found
from workshops.slots.seats import joined

LOCK = "SELECT state, list_locks_at, booking_closes_at, seats FROM slots WHERE id = $1 FOR NO KEY UPDATE"
# A line a demand; OFFSET 0 hides from the planner how many: one plan, made once, is as good for one as for eight.
_WAIT = f"""
WITH sent AS MATERIALIZED (
  SELECT one.n, one.slot, groups[n] AS "group", pupils[n] AS pupils, adults[n] AS adults, needs[n] AS needs,
    schools[n] AS school, people[n] AS by, uids[n] AS uid, nows[n] AS now, keys[n] AS key, asked[n] AS asked,
    salts[n] AS salt, demands[n] AS of_demand, lines[n] AS line, kept[n] AS kept, told[n] AS told,
    needed[n]::varchar[] AS needed, requests[n] AS request, late[n] AS last_minute, halves[n] AS half,
    programs[n] AS program
  FROM (
    SELECT $1::int[] AS slots, $2::int[] AS groups, $3::int[] AS pupils, $4::int[] AS adults, $5::varchar[] AS needs,
      $6::int[] AS schools, $7::int[] AS people, $8::varchar[] AS uids, $9::timestamptz[] AS nows,
      $10::varchar[] AS keys, $11::varchar[] AS asked, $12::uuid[] AS salts, $13::int[] AS demands, $14::int[] AS lines,
      $15::bool[] AS kept, $16::bool[] AS told, $17::text[] AS needed, $18::varchar[] AS requests,
      $19::bool[] AS late, $20::int[] AS halves,
      $21::int[] AS programs OFFSET 0
  ) sent, unnest(slots) WITH ORDINALITY AS one (slot, n)
), joined AS MATERIALIZED (
  SELECT sent.*, sl.starts_at, sl.ends_at, coalesce(sent.of_demand, {NEXT}) AS demand
  FROM ({asking_together("sent", now="sent.now")} OFFSET 0) sent
  CROSS JOIN LATERAL (
    {{slot}}
  ) sl {{where}}
), above AS (
  {alone("joined", where="of_demand IS NULL")}
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs,
    starts_at, ends_at, idempotency_key, asked, badge_salt, demand, line, half, created_at, changed_at, needed,
    beyond)
  SELECT uid, 0, slot, "group", school, by, 'waiting', pupils, adults, needs, starts_at, ends_at, key, asked, salt,
    demand, line, half, now, now, needed, beyond
  FROM joined ORDER BY n
  RETURNING id, uid
), waits AS (
  SELECT made.id, joined.* FROM made JOIN joined USING (uid)
), {
    recorded(
        "waits ORDER BY waits.n",
        at="waits.now",
        by="waits.by",
        about_kind="'reservation'",
        about="waits.id",
        sequence="0",
        state="'waiting'",
        act='''CASE WHEN waits.kept THEN 'reservation_kept' WHEN waits.told THEN 'reservation_waits'
          ELSE 'reservation_waits_also' END''',
        detail="waits.pupils || ' élèves'",
        request="waits.request",
        program="waits.program",
    )
}
SELECT n, id, beyond, demand FROM waits
"""  # noqa: S608 - constants only
_SLOT = {"pupils": "sent.pupils", "now": "sent.now", "unless": "sent.beyond"}
WAIT = _WAIT.format(slot=joined("sent.slot", full=False, **_SLOT), where="")
# A group that waits elsewhere as well joins by itself: it has one demand.
ALONE = f"""WHERE sent.of_demand IS NOT NULL
  OR NOT EXISTS (SELECT FROM sent before WHERE before."group" = sent."group" AND before.n < sent.n)
  AND NOT EXISTS ({WAITS_FOR_ANSWER.format(group='sent."group"', now="sent.now")})"""
WAIT_WHERE_FULL = _WAIT.format(slot=joined("sent.slot", full=True, **_SLOT), where=ALONE)
Line: TypeAlias = tuple[object, ...]
STATE = "SELECT id, state, sequence FROM reservations WHERE id = $1"


async def join_waiting_list(demand: Demand, *, in_reserve: bool = False, told: bool = True, now: datetime) -> Booked:
    """The group waits, behind those who came before it.

    Where the slot is full for it, groups join side by side without the lock on its seats: what comes free at that very
    moment is offered by the next minute. Else seats that came free meanwhile are offered at once. A group beyond its
    collège's classes waits as well where seats are free, and is offered none before it is let through.
    What a group waits for besides is a line of the same demand. A line `in_reserve` waits for the answer to another
    one of its demand; one that is not `told` is named by the mail of another one. Both halves of a class join in one
    transaction.
    Raises TooLate when nothing can be offered any more, GroupTooBig for a group larger than the slot, GroupBusy,
    LongList, NewcomerHolds for a teacher whom her collège has not confirmed: she could not take what is offered.
    """
    if demand.awaiting:
        raise NewcomerHolds()
    asked = demand.asked
    request, program = origin()
    line = (
        *(asked.slot, asked.group, asked.pupils, asked.adults, asked.needs, demand.school),
        *(demand.by, demand.uid, now, demand.key, demand.fingerprint, demand.badge_salt, demand.demand, demand.line),
        *(in_reserve, told, f"{{{','.join(asked.boxes.kept)}}}", request),
        *(asked.last_minute, demand.half, program),
    )
    try:
        made = await _made_where_full(line)
        if made is not None:
            return Booked(id=made["id"], state="waiting", uid=demand.uid, sequence=0, beyond=made["beyond"])
        async with transaction():
            refuse_waiting(await row(LOCK, asked.slot), pupils=asked.pupils, now=now)
            made = or_not_found(await _made(WAIT, line))
            joins = demand.demand is None and await join_unanswered(asked.group, made["demand"], now=now)
            await promote(asked.slot, now=now)
            (stands,) = await rows(STATE, made["id"])
    except IntegrityConstraintViolationError:
        if (before := await granted_before(demand)) is not None:
            return before
        raise GroupBusy() from None
    return Booked(
        id=stands["id"],
        state=stands["state"],
        uid=demand.uid,
        sequence=stands["sequence"],
        beyond=made["beyond"],
        demand=joins if joins and joins != made["demand"] else None,
    )


async def _made_where_full(line: Line) -> Record | None:
    return await (_made(WAIT_WHERE_FULL, line) if current_engine().transaction_exists() else _at_once.submit(line))


async def _made(statement: str, line: Line) -> Record | None:
    """A line of a demand may fail without the others."""
    async with savepoint():
        (made,) = await _written(statement, [line])
        return made


async def _written(statement: str, lines: list[Line]) -> list[Record | None]:
    made = {one["n"]: one for one in await rows(statement, *zip(*lines, strict=True))}
    count(BOOKINGS, "waiting", number=len(made))
    return [made.get(n) for n in range(1, len(lines) + 1)]


_at_once: WriteBatcher[Line, Record | None] = WriteBatcher(partial(_written, WAIT_WHERE_FULL))


def refuse_waiting(slot: Record | None, *, pupils: int, now: datetime) -> None:
    """Raise why nobody waits for a slot, which is locked."""
    if slot is None:
        raise NotFound()
    if slot["state"] != "open" or now >= min(slot["booking_closes_at"], slot["list_locks_at"]):
        raise TooLate()
    if pupils > slot["seats"]:
        raise GroupTooBig(slot["seats"], pupils)
