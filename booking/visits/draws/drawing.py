"""The draw of ranked demands: who comes first, and which of her lines each one gets. Pure, and short enough to be read.

First come the demands within their collège's classes, then those beyond, each part in the order that the seed gives. In
that order each demand goes down its lines and takes the first that fits entirely, by every rule of a booking. What does
not fit is passed over, and no seat is kept for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations
from typing import Literal, TypeAlias

from msgspec import Struct

from booking.visits.draws.drawing_file import Demand, Line, PairLine, SentenceLine, Slot, SlotLine, Snapshot
from booking.visits.draws.halves import split
from booking.visits.draws.places import Places, PlacesLeft, Seated
from booking.visits.draws.rules import Ticket, digest_of, drawn_order
from booking.words.needs import not_offered

# The halves that a sentence finds are of one lycée within three weeks, neither of less than a third of the class, where
# no slot is large enough for all of it: as a list shows them (workshops/offer/narrow.py).
HALVES_APART = timedelta(days=21)
LEAST_HALF = 3

Outcome: TypeAlias = Literal["placed", "offered", "waits"]
Against: TypeAlias = Literal[
    "closed", "level", "refused", "busy", "two_lycees", "two_objects", "groups", "seats", "nothing_suits"
]
"""Why a line is passed over: the first reason."""
Fits: TypeAlias = tuple[Seated, ...] | Against
"""The seats that a line gives, of two halves the larger first, or why it gives none."""


class NotItsSeed(ValueError):
    """The seed is not the one whose digest was public."""


class LineSeen(Struct, frozen=True):
    """A line when its demand's turn came: what each of its slots had left, and what was `against` it.

    A sentence names no slots. Nothing is said against the line that fits, and nobody asks what is against those after.
    """

    left: tuple[PlacesLeft, ...]
    against: Against | None = None


class Answer(Struct, frozen=True):
    """What a demand gets, under its `rank` from 1 on: which of its lines (0 the first), which seats.

    `placed` by a line that names its slots, `offered` by a sentence, else it `waits`. Of two halves the larger first.
    """

    number: str
    rank: int
    outcome: Outcome
    line: int | None
    seats: tuple[Seated, ...]
    lines: tuple[LineSeen, ...]


class Drawn(Struct, frozen=True):
    """A draw: the answers by rank, and what each slot has left at the end, in the order of the file."""

    answers: tuple[Answer, ...]
    left: tuple[PlacesLeft, ...]


def draw(snapshot: Snapshot) -> Drawn:
    """Draw a file that has its seed. Raises NotItsSeed where it is missing, or is another."""
    return answer_in_order(snapshot, ranked(snapshot))


def ranked(snapshot: Snapshot) -> list[Demand]:
    """The demands by rank: within their collège's classes, then beyond. No list of lines changes a rank.

    Raises NotItsSeed.
    """
    seed = bytes.fromhex(snapshot.seed)
    if digest_of(seed) != snapshot.digest:
        raise NotItsSeed("This seed does not have the digest of the file.")
    demands = {demand.number: demand for demand in snapshot.demands}
    ranks: list[Demand] = []
    for within in (True, False):
        tickets = [Ticket(demand.number, demand.weight) for demand in snapshot.demands if demand.within is within]
        ranks += [demands[ticket.number] for ticket in drawn_order(seed, tickets)]
    return ranks


def answer_in_order(snapshot: Snapshot, order: Iterable[Demand]) -> Drawn:
    """Each demand, in this order, gets the first of its lines that fits, and is told what was left at its turn."""
    places = Places(snapshot, _receives)
    answers = []
    for rank, demand in enumerate(order, start=1):
        left = [places.left(_slots_of(line)) for line in demand.lines]
        seats, passed_over = first_that_fits(demand, places)
        for seated in seats:
            places.take(seated)
        lines = tuple(map(LineSeen, left, [*passed_over, *[None] * (len(left) - len(passed_over))]))
        fitting = len(passed_over) if seats else None
        outcome = "waits" if fitting is None else _outcome(demand.lines[fitting])
        answers.append(Answer(demand.number, rank, outcome, fitting, seats, lines))
    return Drawn(tuple(answers), places.left(slot.id for slot in snapshot.slots))


def first_that_fits(demand: Demand, places: Places) -> tuple[tuple[Seated, ...], list[Against]]:
    """The seats of the first line that fits entirely, none where none does; and why each line before is passed over."""
    passed_over: list[Against] = []
    for line in demand.lines:
        match line:
            case SlotLine():
                fits = _whole(line, demand, places)
            case PairLine():
                fits = _in_halves(line, demand, places)
            case SentenceLine():
                fits = _whatever_suits(line, demand, places)
        if isinstance(fits, tuple):
            return fits, passed_over
        passed_over.append(fits)
    return (), passed_over


def _whole(line: SlotLine, demand: Demand, places: Places) -> Fits:
    """A slot takes the whole group within the seats left, where a place of a group is left too."""
    slot = places.slots.get(line.slot)
    if slot is None:
        return "closed"
    if against := _against(slot, demand):
        return against
    if not places.takes_a_group(slot):
        return "groups"
    return (Seated(slot.id, demand.pupils),) if demand.pupils <= places.seats(slot) else "seats"


def _in_halves(line: PairLine, demand: Demand, places: Places) -> Fits:
    """Two slots of a lycée take a half each, a place of a group in both; both, or none. They may be at one hour."""
    first, second = (places.slots.get(slot) for slot in line.slots)
    if first is None or second is None:
        return "closed"
    if against := _against(first, demand) or _against(second, demand):
        return against
    if first.lycee != second.lycee:
        return "two_lycees"
    if not line.two_objects and not _build_alike(first, second):
        return "two_objects"
    if not (places.takes_a_group(first) and places.takes_a_group(second)):
        return "groups"
    return _split(first, second, demand, places) or "seats"


def _whatever_suits(line: SentenceLine, demand: Demand, places: Places) -> Fits:
    """The nearest slot that suits and takes the whole group, else the nearest two that take its halves.

    As near (to 0.1 km), the one that starts first, then the smaller number; of pairs the first slot decides, then the
    second.
    """
    if places.is_hopeless(line, demand):
        return "nothing_suits"
    for as_far in places.nearest(demand, km=line.km, room=demand.pupils):
        for slot in as_far.slots:
            if places.room[slot.id] >= demand.pupils and _suits(line, slot, demand, places):
                return (Seated(slot.id, demand.pupils),)
    for as_far in places.nearest(demand, km=line.km, room=demand.pupils, halves=True):
        large = [slot for slot in as_far.slots if _takes_a_half(slot, demand, places)]
        suiting = [slot for slot in large if _suits(line, slot, demand, places)]
        for first, second in combinations(suiting, 2):
            if _go_together(first, second, demand, places):
                return _split(first, second, demand, places)
    places.nothing_suits(line, demand)
    return "nothing_suits"


def _against(slot: Slot, demand: Demand) -> Against | None:
    """Why this group does not have this slot, however many seats are left.

    As a booking, which its teacher makes all the same where the workshop does not say that it offers what the group
    needs: the lycée answers her.
    """
    return _against_its_like(slot, demand) or _against_it_alone(slot, demand)


def _against_its_like(slot: Slot, demand: Demand) -> Against | None:
    if slot.closed:
        return "closed"
    return "level" if demand.level not in slot.levels else None


def _receives(slot: Slot, demand: Demand) -> bool:
    """Whether a slot that nobody named is for groups like this one, and offers what they need."""
    return _against_its_like(slot, demand) is None and not not_offered(demand.needs, slot.offers)


def _against_it_alone(slot: Slot, demand: Demand) -> Against | None:
    if slot.id in demand.refused_slots or slot.lycee in demand.refused_lycees:
        return "refused"
    if any(hours.starts_at < slot.ends_at and slot.starts_at < hours.ends_at for hours in demand.busy):
        return "busy"
    return None


def _suits(line: SentenceLine, slot: Slot, demand: Demand, places: Places) -> bool:
    """Whether a slot that receives groups like this one is of those that the sentence says, and not denied to it."""
    day = places.at[slot.id].date()
    return (
        (line.from_on is None or line.from_on <= day)
        and (line.to_on is None or day <= line.to_on)
        and not places.is_off(line.away, slot)
        and line.department in ("", places.lycees[slot.lycee].department)
        and line.lycee in (None, slot.lycee)
        and (line.tech_object is None or line.tech_object in slot.objects)
        and line.company_places <= slot.company_places
        and _against_it_alone(slot, demand) is None
    )


def _takes_a_half(slot: Slot, demand: Demand, places: Places) -> bool:
    return slot.seats < demand.pupils <= LEAST_HALF * places.room[slot.id]


def _go_together(first: Slot, second: Slot, demand: Demand, places: Places) -> bool:
    """Whether two slots that suit take the halves of a class, who build the same object."""
    return (
        first.lycee == second.lycee
        and demand.pupils <= places.room[first.id] + places.room[second.id]
        and abs(places.at[second.id] - places.at[first.id]) <= HALVES_APART
        and _build_alike(first, second)
    )


def _build_alike(first: Slot, second: Slot) -> bool:
    """Whether both halves may build the same object; nobody knows of two slots that tell none."""
    return not set(first.objects).isdisjoint(second.objects) or not (first.objects or second.objects)


def _split(first: Slot, second: Slot, demand: Demand, places: Places) -> tuple[Seated, ...]:
    """The larger half where more seats are left, as many there, where the slot starts first; nothing where they do not
    fit."""
    larger, smaller = sorted((first, second), key=lambda slot: (-places.seats(slot), slot.starts_at, slot.id))
    halves = split(demand.pupils, places.seats(larger), places.seats(smaller))
    return () if halves is None else (Seated(larger.id, halves[0]), Seated(smaller.id, halves[1]))


def _slots_of(line: Line) -> tuple[int, ...]:
    match line:
        case SlotLine():
            return (line.slot,)
        case PairLine():
            return line.slots
        case SentenceLine():
            return ()


def _outcome(line: Line) -> Outcome:
    return "offered" if isinstance(line, SentenceLine) else "placed"
