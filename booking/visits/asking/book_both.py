"""Reserving two slots for the two halves of a class: both or neither; giving up both in one act, told by one mail.

Halves wait together as well: a place that comes free for one alone would part the class, and is offered to neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec import Meta, Struct
from msgspec.structs import replace

from booking.visits.absences.rules import AbsencesUnanswered
from booking.visits.asking.pairs import Half, halves_of, objects_at, pair_of
from booking.visits.demands.keep import make
from booking.visits.draws.halves import PLACES, TwoObjects, build_alike, refuse_two_lycees
from booking.visits.reservation_states import BOTH_OR_NONE, LIVE, SURE
from booking.visits.reservations.acts import Adults, BookSlot, CancelVisit, Coming, Pupils, Slot, Wait
from booking.visits.reservations.cancel import cancel, lock_choices
from booking.visits.reservations.demand import ONE_KEY, Demand, granted_before
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.one_demand import join_unanswered
from booking.visits.reservations.queries import held_until, marks_passed
from booking.visits.reservations.rules import (
    GroupBusy,
    KeyReused,
    SlotFull,
    SlotSeen,
    TooManyGroups,
    refuse_booking,
    refuse_needs,
)
from booking.visits.reservations.seats_seen import seats_of
from booking.visits.reservations.take_seats import take_seats
from booking.visits.reservations.wait import join_waiting_list
from workshops.acts import Act, labelled
from workshops.database import rows, savepoint, transaction
from workshops.database.retry import retried
from workshops.refusals import Invalid, Refusal, or_not_found
from workshops.slots.seats import LOCK_SEATS


class HalfAsked(Act, frozen=True, kw_only=True):
    """One half of a class: its slot, and how many pupils go there."""

    slot: Slot = msgspec.field(name="slot_id")
    pupils: Pupils


class BookHalves(Coming, frozen=True, kw_only=True):
    """A class asks for two slots of one lycée, a half in each; the adults come with each half. Both build the same
    object unless `two_objects` says that it is known and wanted; `wait` puts both on the waiting lists where one of
    them is full."""

    halves: Annotated[
        list[HalfAsked],
        Meta(
            description="The first half, then the second one.",
            extra={
                "label": "Moitiés",
                "form": {"first": "Élèves de la première moitié", "second": "Élèves de la deuxième moitié"},
            },
            extra_json_schema={"minItems": 2, "maxItems": 2},
        ),
    ]
    adults: Annotated[
        Adults, labelled("Adultes", "Adults who come with each half.", form={"adults": "Adultes avec chaque moitié"})
    ]
    two_objects: Annotated[
        bool,
        labelled(
            "C'est voulu : deux objets différents pour la classe",
            "The halves build two different objects, and it is meant.",
        ),
    ] = False
    wait: Wait = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.halves) != 2:
            raise Invalid({"halves": "Dites deux moitiés, chacune avec son créneau et ses élèves."})
        if self.halves[0].slot == self.halves[1].slot:
            raise Invalid({"halves": "Choisissez deux créneaux différents, un pour chaque moitié."})

    @property
    def choices(self) -> list[BookSlot]:
        """What is asked of each slot, the first half's first."""
        said = {name: getattr(self, name) for name in ("group", "adults", "needs", "boxes")}
        return [BookSlot(slot=half.slot, pupils=half.pupils, **said) for half in self.halves]


class BothTaken(Struct, frozen=True):
    """The two halves, the first one first; `repeated` when they had been granted before."""

    first: Half
    second: Half
    repeated: bool = False


@retried
async def book_both(
    first: Demand, second: Demand, *, two_objects: bool = False, wait: bool = False, now: datetime
) -> BothTaken:
    """Reserve a slot for each half of a class, of one lycée, in one transaction; one visa is asked for both. Where one
    is full, and `wait` is asked, both wait.

    Both build the same object, unless `two_objects` are asked for. Raises NotFound, Invalid, TwoObjects, KeyReused,
    NoPrincipal, PrincipalTeaches, and every refusal of a booking, with the half that it comes from; nothing is
    written then.
    """
    demands = (first, second)
    refuse_needs(first.asked.needs)
    async with transaction():
        await rows(LOCK_SEATS, [demand.asked.slot for demand in demands])
        if (before := await granted_before(first)) is not None:
            return await _both(before.id, repeated=True)
        await _seen(first, now=now)
        above = await make(first.asked.group, school=first.school, by=first.by, lines=1, now=now)
        halves = replace(first, demand=above), replace(second, demand=above)
        try:
            async with savepoint():
                made = await take_pair(*halves, two_objects=two_objects, now=now)
        except (SlotFull, TooManyGroups):
            if not wait:
                raise
            made = await wait_for_both(*halves, two_objects=two_objects, now=now)
            await join_unanswered(first.asked.group, above, now=now)
        return await _both(made)


async def take_pair(first: Demand, second: Demand, *, two_objects: bool, now: datetime) -> int:
    """Take the seats of both halves, whose slots are locked, in the caller's transaction; returns the first half's
    reservation. Raises what `book_both` raises."""
    demands = (first, second)
    seen = [await _seen(one, now=now) for one in demands]
    await _refuse_apart(demands, seen, two_objects=two_objects)
    if seen[0].approval or first.awaiting:
        until = min([await held_until(one.deadlines, college=first.school, now=now) for one in seen])
        demands = (replace(first, held_at_most=until), replace(second, held_at_most=until))
    made = await _take(demands[0], seen[0], now=now)
    other = replace(demands[1], passed=await marks_passed(made, second.asked.slot))
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
    demands = (first, second)
    seen = [await _seen(one, moving=kept_beside, now=now) for one in demands]
    await _refuse_apart(demands, seen, two_objects=two_objects)
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
        return joined[0].id


async def _refuse_apart(demands: Sequence[Demand], seen: Sequence[SlotSeen], *, two_objects: bool) -> None:
    """Raise why these two slots are not for one class."""
    refuse_two_lycees([slot.host for slot in seen])
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


async def _both(made: int, *, repeated: bool = False) -> BothTaken:
    first, second = await halves_of(await pair_of(made))
    return BothTaken(first, second, repeated)


@retried
async def cancel_both(reservation: int, asked: CancelVisit, *, school: int, by: int, now: datetime) -> str:
    """The teacher cancels a half of a class, and the other one too where it still stands; of a group that comes whole,
    its only reservation. Returns the new state. Raises NotFound, Invalid, NotNow; nothing is cancelled then.
    """
    async with transaction():
        await lock_choices(reservation)
        halves = await halves_of(await pair_of(reservation, school=school))
        # What both hope for, or are offered, ends together.
        at_once = {half.state for half in halves} in [{state} for state in BOTH_OR_NONE]
        others = [half for half in halves if half.id != reservation and half.state in LIVE and not at_once]
        own: dict[str, Any] = {"role": "teacher", "school": school, "by": by, "now": now}
        for other in others:
            await cancel(other.id, asked, told=not _heard_by_the_same(halves), gives_on=False, **own)
        becomes = await cancel(reservation, asked, **own)
        # Another class in two halves may fit, now that both places are free: it comes before who waits behind it.
        for other in others:
            await give_back(other.slot, now=now)
        return becomes


def _heard_by_the_same(halves: list[Half]) -> bool:
    """Whether one mail tells both: the same lycée receives them, and both are sure or both in the same wait."""
    kinds = {"sure" if one.state in SURE else one.state for one in halves}
    return len({one.host for one in halves}) == 1 and len(kinds) == 1
