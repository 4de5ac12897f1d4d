"""Reserving a slot for a group: seats and event in one statement, or nothing at all."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.visits.reservations.demand import Booked, Demand, WholeDemand, granted_before
from booking.visits.reservations.enter_draw import enter_draw
from booking.visits.reservations.rules import (
    GroupBusy,
    SlotFull,
    SlotSeen,
    TooManyGroups,
    refuse_booking,
    refuse_needs,
)
from booking.visits.reservations.seats_seen import seats_of, seats_seen_by
from booking.visits.reservations.take_seats import Tried, had_at_once, take_seats
from booking.visits.reservations.wait import join_waiting_list
from workshops.database.retry import retried
from workshops.refusals import NotFound, Refusal

BUSY = frozenset({"reservations_group_free", "reservations_one_live"})

# Slots that were full when this process looked: whoever asks next is most likely refused, and only read for.
refused_lately: set[int] = set()
REFUSED_MOST = 10_000


@retried
async def book(demand: Demand, *, now: datetime) -> Booked:
    """Reserve a slot; join its waiting list when it is full, or the group one more than its collège's classes, and
    `wait` is asked; in the hour before a draw, enter it.

    Raises NotFound, Invalid, KeyReused, HostClosed, TooLate, WrongLevel, GroupTooBig, PeriodNotOpen, GroupBusy,
    TooManyGroups, SlotFull, NoPrincipal, NewcomerHolds; nothing is written then.
    """
    refuse_needs(demand.asked.needs)
    try:
        seen = await _seen_or_had(demand, now=now)
    except IntegrityConstraintViolationError as no:
        return await _had_before(demand, no)
    if seen is None:
        raise NotFound()
    if isinstance(seen, Tried) and seen.made is not None:
        return Booked(id=seen.made, state="confirmed", uid=demand.uid, sequence=0)
    if seen.collects(now):
        return await enter_draw(WholeDemand(((demand,),), demand.asked.pupils), [seen], now=now)
    return await _decided(demand, seen, now=now)


async def _seen_or_had(demand: Demand, *, now: datetime) -> SlotSeen | None:
    """The slot as it stands for this demand, which has it already where nothing speaks against it."""
    if len(refused_lately) > REFUSED_MOST:
        refused_lately.clear()
    if demand.awaiting or demand.asked.slot in refused_lately:
        return await seats_seen_by(demand, now=now)
    return await had_at_once(demand, now=now)


async def _had_before(demand: Demand, no: Refusal | IntegrityConstraintViolationError) -> Booked:
    """The first answer to a demand that is its own obstacle; else raise what stood in its way."""
    if (before := await granted_before(demand)) is not None:
        return before
    if isinstance(no, Refusal) or no.constraint_name not in BUSY:
        raise no
    raise GroupBusy() from None


async def _decided(demand: Demand, seen: SlotSeen, *, now: datetime) -> Booked:
    """A slot that was not had at once is refused, waited for, asked of the principal, or had since."""
    # The repeat of a granted demand collides with itself: the group is busy, the slot is full of it, or its key is
    # taken. On an opening morning nearly every demand ends here: one statement, which waits for no lock.
    try:
        refuse_booking(seen, pupils=demand.asked.pupils, now=now)
    except Refusal as no:
        if seen.repeats and (before := await granted_before(demand)) is not None:
            return before
        if not isinstance(no, SlotFull | TooManyGroups):
            raise
        if isinstance(no, SlotFull):
            refused_lately.add(demand.asked.slot)
        if demand.asked.wait:
            return await join_waiting_list(demand, now=now)
        raise
    refused_lately.discard(demand.asked.slot)
    try:
        made = await take_seats(demand, seen, now=now)
    except (Refusal, IntegrityConstraintViolationError) as no:
        return await _had_before(demand, no)
    if made is None:
        return await _when_somebody_was_faster(demand, now=now)
    state = "requested" if seen.approval or demand.awaiting else "confirmed"
    return Booked(id=made, state=state, uid=demand.uid, sequence=0)


async def _when_somebody_was_faster(demand: Demand, *, now: datetime) -> Booked:
    """The seats went between the reading and the writing: give the first answer, wait, or say why."""
    if (before := await granted_before(demand)) is not None:
        return before
    if demand.asked.wait:
        return await join_waiting_list(demand, now=now)
    seen = await seats_of(demand.asked.slot, demand.asked.group, school=demand.school, now=now)
    if seen is not None:
        refuse_booking(seen, pupils=demand.asked.pupils, now=now)
    raise SlotFull()
