"""Two slots of a lycée for the two halves of a class, as a line of a demand: both are had, or both wait, or neither.

Halves wait together as well: a place that comes free for one alone would part the class, and is offered to neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec.structs import replace

from booking.visits.absences.rules import AbsencesUnanswered
from booking.visits.asking.pairs import objects_at
from booking.visits.draws.halves import PLACES, TwoObjects, build_alike, split
from booking.visits.reservations.demand import ONE_KEY, Demand
from booking.visits.reservations.queries import held_until, marks_passed
from booking.visits.reservations.rules import (
    GroupBusy,
    KeyReused,
    SlotFull,
    SlotSeen,
    TooManyGroups,
    refuse_booking,
)
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.take_seats import take_seats
from booking.visits.reservations.wait import join_waiting_list
from workshops.database import rows, savepoint
from workshops.refusals import Invalid, Refusal, or_not_found

# Looked at before their line becomes one of another demand: at the end it is looked for where it was inserted.
BOTH_HALVES = "SET CONSTRAINTS reservations_halves_come_in_two {}"


async def take_pair(first: Demand, second: Demand, *, two_objects: bool, now: datetime) -> int:
    """Take the seats of both halves, whose slots are locked, in the caller's transaction; returns the first half's
    reservation.

    Both build the same object, unless `two_objects` are asked for. Raises NotFound, TwoObjects, KeyReused,
    NoPrincipal, and every refusal of a booking, with the half that it comes from.
    """
    seen = [await _seen(one, now=now) for one in (first, second)]
    demands = as_large_as_fits((first, second), [slot.seats_free for slot in seen])
    await _refuse_two_objects(demands, two_objects=two_objects)
    if seen[0].approval or first.awaiting:
        until = min([await held_until(one.deadlines, college=first.school, now=now) for one in seen])
        demands = tuple(replace(one, held_at_most=until) for one in demands)
    made = await _take(demands[0], seen[0], now=now)
    # The key of the act is the first half's.
    other = replace(demands[1], key=None, passed=await marks_passed(made, second.asked.slot))
    await _take(other, await _seen(other, now=now), now=now)
    return made


async def wait_for_both(
    first: Demand,
    second: Demand,
    *,
    two_objects: bool,
    full: bool = True,
    kept_beside: int = 0,
    told: bool = True,
    now: datetime,
) -> int:
    """Both halves wait for their slots, which are locked, in the caller's transaction; returns the first one.

    Not `full`: only where both have room. `kept_beside`: in reserve, until the reservation of that number has its
    answer. Not `told`: the mail of another line names them. Raises what `take_pair` raises, but for SlotFull and
    TooManyGroups, and what `join_waiting_list` raises.
    """
    seen = [await _seen(one, moving=kept_beside, now=now) for one in (first, second)]
    demands = as_large_as_fits((first, second), [slot.seats_free for slot in seen])
    await _refuse_two_objects(demands, two_objects=two_objects)
    for one, slot in zip(demands, seen, strict=True):
        try:
            refuse_booking(slot, pupils=one.asked.pupils, now=now)
        except (SlotFull, TooManyGroups):
            if not full:
                raise
    async with savepoint():
        joined = [
            await join_waiting_list(
                replace(one, key=one.key if one.half == 1 else None),
                in_reserve=kept_beside > 0,
                told=told and one.half == 1,
                now=now,
            )
            for one in demands
        ]
        for when in ("IMMEDIATE", "DEFERRED"):
            await rows(BOTH_HALVES.format(when))
        return joined[0].id


def as_large_as_fits(line: tuple[Demand, ...], rooms: Sequence[int]) -> tuple[Demand, ...]:
    """The two halves of a class as even as there is room for them; as they are where she has said how many go to each,
    or where they do not fit however they are split."""
    of_class = line[0].of_class
    halves = None if of_class is None else split(of_class, *rooms)
    if halves is None:
        return line
    return tuple(
        replace(half, asked=replace(half.asked, pupils=pupils)) for half, pupils in zip(line, halves, strict=True)
    )


async def _refuse_two_objects(demands: Sequence[Demand], *, two_objects: bool) -> None:
    """Raise TwoObjects where a class would build two and has not said so."""
    built = await objects_at(*(demand.asked.slot for demand in demands))
    if not two_objects and not build_alike(*built):
        raise TwoObjects(*built)


async def _seen(demand: Demand, *, moving: int = 0, now: datetime) -> SlotSeen:
    return or_not_found(
        await seats_of(
            demand.asked.slot,
            demand.asked.group,
            school=demand.school,
            moving=moving,
            half=(demand.demand, demand.line, demand.half),
            now=now,
        )
    )


async def _take(demand: Demand, seen: SlotSeen, *, now: datetime) -> int:
    try:
        refuse_booking(seen, pupils=demand.asked.pupils, now=now)
        async with savepoint():
            if (taken := await take_seats(demand, seen, now=now)) is None:
                raise SlotFull()
            return taken
    except IntegrityConstraintViolationError as no:
        raise KeyReused() if no.constraint_name == ONE_KEY else _of_half(demand.half or 1, 0, GroupBusy()) from None
    except Refusal as no:
        raise _of_half(demand.half or 1, demand.asked.pupils, no) from None


def _of_half(half: int, pupils: int, no: Refusal) -> Refusal:
    """Why a class cannot be had in halves, with the half that it comes from: halves are had together, or not at all."""
    if isinstance(no, SlotFull):
        seats = "place" if pupils == 1 else "places"
        said = f"il n'y a plus {pupils} {seats} sur son créneau. Rien n'est réservé : choisissez deux autres créneaux."
        return SlotFull(f"{PLACES[half]} : {said}")
    if isinstance(no, AbsencesUnanswered | TooManyGroups):
        return no
    if not isinstance(no, Invalid):
        no.sentence = f"{PLACES[half]} : {no.sentence[0].lower()}{no.sentence[1:]}"
    return no
