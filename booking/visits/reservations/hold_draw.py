"""Holding a draw once its hour is over: the order first, then each slot's demands in it, then all is open.

Every step is a transaction: a worker that dies leaves the rest to the next one, and several may hold one draw.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError
from msgspec import Struct

from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.demands.keep import RANK_ALL, close_all, resulted
from booking.visits.draws.rules import Ticket, drawn_order
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.queries import held_until
from booking.visits.reservations.rules import GroupBusy, PrincipalTeaches, SlotFull, refuse_booking
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.transition import standing, transition
from booking.visits.reservations.whom_to_ask import NoPrincipal
from workshops.database import row, rows, savepoint, transaction, value
from workshops.database.retry import ConcurrentUpdate, retried
from workshops.database.row_types import rows_as
from workshops.events.record import recorded
from workshops.openings.plan import draws_due, end_entries, finish_draw
from workshops.refusals import Refusal
from workshops.slots.seats import seats_kept

IN_THE_DRAW = """SELECT d.id, d.number, d.weight FROM demands d
JOIN reservations r ON r.demand = d.id AND r.state = 'in_draw' WHERE d.opening = $1"""
SLOTS_LEFT = """SELECT DISTINCT r.slot FROM demands d JOIN reservations r ON r.demand = d.id
WHERE d.opening = $1 AND d.rank IS NOT NULL AND r.state = 'in_draw' ORDER BY r.slot"""
LOCK_SLOT = """SELECT seats - seats_taken AS free, groups_max - groups_taken AS groups FROM slots
WHERE id = $1 FOR NO KEY UPDATE"""
OF_SLOT = """SELECT r.id, r.slot, r."group", r.school, r.pupils, r.adults, coalesce(d.rank, 0) AS rank,
  EXISTS (SELECT FROM memberships m WHERE m.account = r.booked_by AND m.school = r.school AND m.awaiting) AS awaiting
FROM reservations r JOIN demands d ON d.id = r.demand
WHERE r.slot = $1 AND d.opening = $2 AND d.rank IS NOT NULL AND r.state = 'in_draw' ORDER BY d.rank"""
_SAID = {"at": "$2", "act": "'reservation_drawn'", "about_kind": "'reservation'", "was": "'in_draw'"}
PLACE = f"""
WITH placed AS (
  UPDATE reservations SET state = $3, sequence = sequence + 1, changed_at = $2, hold_until = $4,
    confirmed_at = CASE WHEN $3::varchar = 'confirmed' THEN $2::timestamptz END,
    mark = (SELECT sl.groups_ever % 36 FROM slots sl WHERE sl.id = slot)
  WHERE id = $1 AND state = 'in_draw' RETURNING id, slot, pupils, sequence, demand
), seated AS (
  {seats_kept("placed")}
), told AS (
  {resulted("placed", result="'placed'")}
), {recorded("placed", about="placed.id", sequence="placed.sequence", state="$3", **_SAID)}
SELECT id FROM placed
"""  # noqa: S608 - constants only
# They wait since the end of the hour, in the order of the draw, before whoever comes later.
LET_WAIT = f"""
WITH waits AS (
  UPDATE reservations r SET state = 'waiting', sequence = r.sequence + 1, changed_at = $2, created_at = $3,
    drawn_rank = d.rank
  FROM demands d WHERE d.id = r.demand AND r.id = ANY ($1::int[]) AND r.state = 'in_draw'
  RETURNING r.id, r.sequence, r.demand
), told AS (
  {resulted("waits", result="'waits'")}
), {recorded("waits ORDER BY waits.id", about="waits.id", sequence="waits.sequence", state="'waiting'", **_SAID)}
SELECT id FROM waits
"""  # noqa: S608 - constants only


class Entered(Struct, frozen=True):
    """A demand in the draw of a slot; `awaiting`: her collège has not answered for its teacher."""

    id: int
    slot: int
    group: int
    school: int
    pupils: int
    adults: int
    rank: int
    awaiting: bool


class _Means(Struct, frozen=True):
    secret_key: str
    new_token: Callable[[], str]
    now: datetime


async def hold_draws(*, secret_key: str, new_token: Callable[[], str], now: datetime) -> int:
    """Hold every draw whose hour is over; returns how many demands got their answer.

    Each demand, in the order of the draw, has its places where it fits entirely and nothing else is against it, as a
    booking at that moment; else it waits. `new_token` draws the principals' links.
    """
    means, answered = _Means(secret_key, new_token, now), 0
    for one in await draws_due(now=now):
        await _put_in_order(one.id, now=now)
        left = [found["slot"] for found in await rows(SLOTS_LEFT, one.id)]
        for slot in left:
            with suppress(ConcurrentUpdate):  # the next turn does it
                answered += await _answer(slot, one.id, one.draws_at, means)
        if not await rows(SLOTS_LEFT, one.id):
            async with transaction():
                await close_all(one.id)
                await finish_draw(one.id, now=now)
    return answered


async def _put_in_order(opening: int, *, now: datetime) -> None:
    async with transaction():
        seed = await end_entries(opening, now=now)
        if seed is None:
            return
        found = {one["number"]: one for one in await rows(IN_THE_DRAW, opening)}
        order = drawn_order(seed, [Ticket(one["number"], one["weight"]) for one in found.values()])
        await rows(RANK_ALL, [found[one.number]["id"] for one in order])


@retried
async def _answer(slot: int, opening: int, since: datetime, means: _Means) -> int:
    """All the demands for one slot: nobody else changes its places meanwhile."""
    async with transaction():
        left = await row(LOCK_SLOT, slot)
        entered = await rows_as(Entered, OF_SLOT, slot, opening)
        if left is None or not entered:
            return 0
        free, groups, waits, closed = left["free"], left["groups"], [], False
        for one in entered:
            try:
                if closed or one.pupils > free or not groups:
                    raise SlotFull()
                await _place(one, means)
            except (SlotFull, GroupBusy):
                waits.append(one.id)
            except Refusal:
                # The lycée does not receive that day, or its list is closed: nobody is placed, and nobody waits.
                closed = True
                waits.append(one.id)
            else:
                free, groups = free - one.pupils, groups - 1
        if closed:
            for lost in waits:
                await transition("lapse", await standing(lost), role="clock", by=None, now=means.now)
        elif waits:
            await rows(LET_WAIT, waits, means.now, since)
        return len(entered)


async def _place(one: Entered, means: _Means) -> None:
    """Raises SlotFull, GroupBusy, or why the slot cannot be had by anybody."""
    seen = await seats_of(one.slot, one.group, school=one.school)
    if seen is None:
        raise GroupBusy()
    refuse_booking(seen, pupils=one.pupils, now=means.now, drawn=True)
    asks = seen.approval or one.awaiting
    until = await held_until(seen.deadlines, college=one.school, now=means.now) if asks else None
    try:
        async with savepoint():
            if await value(PLACE, one.id, means.now, "requested" if asks else "confirmed", until) is None:
                raise GroupBusy()
    except ExclusionViolationError:
        raise GroupBusy() from None
    if not asks:
        await keep_in_step(one.id, secret_key=means.secret_key, now=means.now)
    if seen.approval and not one.awaiting:
        # Without an address the demand waits for its visa all the same: she may give it now, and ask herself.
        with suppress(NoPrincipal, PrincipalTeaches):
            await ask_approval(one.id, token=means.new_token(), now=means.now)
