"""The places of a draw while it goes on: what each slot has left, and which slots are nearest to a collège.

What is reckoned once is kept: how far each collège is from each lycée, and the slots in that order. A lycée that has no
room left for so many pupils is not looked at slot by slot; and since places only go, where nothing suited a group,
nothing is looked for again for the next one like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby

from msgspec import Struct

from booking.visits.draws.drawing_file import College, Demand, Lycee, SentenceLine, Slot, Snapshot
from workshops.school_calendar.rules import PARIS
from workshops.schools.rules import kilometres

NOWHERE_KM = float("inf")
"""How far a school is that has no place on the map: after all others."""


class PlacesLeft(Struct, frozen=True):
    """What a slot has left: seats, and places of groups."""

    slot: int
    seats: int
    groups: int


class Seated(Struct, frozen=True):
    """So many pupils in a slot."""

    slot: int
    pupils: int


class SlotsAsFar(Struct, frozen=True):
    """The slots at one distance from a collège, by start and then by number: of one lycée, or of a few as far."""

    km: float
    lycees: frozenset[int]
    slots: tuple[Slot, ...]


class Places:
    """Seats and places of groups, slot by slot.

    `room` is how many pupils one group more may have there; `at`, what a clock on a French wall shows when it starts.
    """

    def __init__(self, snapshot: Snapshot, receives: Callable[[Slot, Demand], bool]) -> None:
        """`receives`: whether a slot is for groups like this one, alike in level and needs."""
        self._receives = receives
        self.slots = {slot.id: slot for slot in snapshot.slots}
        self.lycees = {lycee.id: lycee for lycee in snapshot.lycees}
        self.at = {slot.id: slot.starts_at.astimezone(PARIS).replace(tzinfo=None) for slot in snapshot.slots}
        self._colleges = {college.id: college for college in snapshot.colleges}
        self._runs_off = {"": (), **snapshot.days_off}
        self._seats = {slot.id: slot.seats_left for slot in snapshot.slots}
        self._groups = {slot.id: slot.groups_left for slot in snapshot.slots}
        self.room = {slot.id: slot.seats_left if slot.groups_left > 0 else 0 for slot in snapshot.slots}
        self._of_lycee: dict[int, list[int]] = {}
        for slot in snapshot.slots:
            self._of_lycee.setdefault(slot.lycee, []).append(slot.id)
        self._roomiest = {lycee: self._two_roomiest(lycee) for lycee in self._of_lycee}
        self._for_groups_like_it: dict[tuple[str, tuple[str, ...]], list[Slot]] = {}
        self._as_far: dict[tuple[int, str, tuple[str, ...]], list[SlotsAsFar]] = {}
        self._hopeless: set[tuple[SentenceLine, int, str, tuple[str, ...], int]] = set()
        self._is_off: dict[tuple[str, date], bool] = {}

    def left(self, slots: Iterable[int]) -> tuple[PlacesLeft, ...]:
        """What these slots have left now, nothing where one is not in the file."""
        return tuple(PlacesLeft(slot, self._seats.get(slot, 0), self._groups.get(slot, 0)) for slot in slots)

    def seats(self, slot: Slot) -> int:
        """How many of its seats nobody holds."""
        return self._seats[slot.id]

    def takes_a_group(self, slot: Slot) -> bool:
        """Whether one group more may come."""
        return self._groups[slot.id] > 0

    def take(self, seated: Seated) -> None:
        """A group has these seats, and one place of a group, for good."""
        self._seats[seated.slot] -= seated.pupils
        self._groups[seated.slot] -= 1
        self.room[seated.slot] = self._seats[seated.slot] if self._groups[seated.slot] > 0 else 0
        lycee = self.slots[seated.slot].lycee
        self._roomiest[lycee] = self._two_roomiest(lycee)

    def is_off(self, away: str, slot: Slot) -> bool:
        """Whether a slot is on one of the days off of this name."""
        day = self.at[slot.id].date()
        known = self._is_off.get((away, day))
        if known is None:
            off = any(run.first_on <= day <= run.last_on for run in self._runs_off[away])
            known = self._is_off[away, day] = off
        return known

    def nearest(self, demand: Demand, *, km: float | None, room: int, halves: bool = False) -> Iterator[SlotsAsFar]:
        """The slots that receive such a group, the nearest first, at most so many kilometres away.

        Left out is a lycée where no slot has so much room, or no two slots together for `halves`.
        """
        for as_far in self._by_distance(demand):
            if km is not None and as_far.km > km:
                return
            roomiest = [self._roomiest[lycee] for lycee in as_far.lycees]
            if max(largest + (second if halves else 0) for largest, second in roomiest) >= room:
                yield as_far

    def is_hopeless(self, sentence: SentenceLine, demand: Demand) -> bool:
        """Whether nothing suited a group like this one before."""
        return _alike(sentence, demand) in self._hopeless

    def nothing_suits(self, sentence: SentenceLine, demand: Demand) -> None:
        """Keep that nothing suits; not where the group's own hours or refusals may be why."""
        if not (demand.busy or demand.refused_slots or demand.refused_lycees):
            self._hopeless.add(_alike(sentence, demand))

    def _by_distance(self, demand: Demand) -> list[SlotsAsFar]:
        key = (demand.college, demand.level, demand.needs)
        known = self._as_far.get(key)
        if known is None:
            home = self._colleges[demand.college]
            far = {lycee: distance_km(home, self.lycees[lycee]) for lycee in self._of_lycee}
            by_distance = sorted(self._receiving(demand), key=lambda slot: far[slot.lycee])
            known = self._as_far[key] = [
                SlotsAsFar(km, frozenset(slot.lycee for slot in slots), slots)
                for km, slots in ((km, tuple(run)) for km, run in groupby(by_distance, lambda slot: far[slot.lycee]))
            ]
        return known

    def _receiving(self, demand: Demand) -> list[Slot]:
        """By start, then by number."""
        key = (demand.level, demand.needs)
        known = self._for_groups_like_it.get(key)
        if known is None:
            known = [slot for slot in self.slots.values() if self._receives(slot, demand)]
            known.sort(key=lambda slot: (slot.starts_at, slot.id))
            self._for_groups_like_it[key] = known
        return known

    def _two_roomiest(self, lycee: int) -> tuple[int, int]:
        rooms = sorted((self.room[slot] for slot in self._of_lycee[lycee]), reverse=True)
        return (rooms[0], rooms[1] if len(rooms) > 1 else 0)


def _alike(sentence: SentenceLine, demand: Demand) -> tuple[SentenceLine, int, str, tuple[str, ...], int]:
    return sentence, demand.college, demand.level, demand.needs, demand.pupils


def distance_km(college: College, lycee: Lycee) -> float:
    """As the crow flies, to 0.1 km, as a list by distance says it."""
    if college.lat is None or college.lon is None or lycee.lat is None or lycee.lon is None:
        return NOWHERE_KM
    return round(kilometres(college.lat, college.lon, lycee.lat, lycee.lon), 1)
