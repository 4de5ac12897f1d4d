"""The places of a draw while it goes on: what each slot has left, and which slots are nearest to a collège.

What is reckoned once is kept: how far each collège is from each lycée, and the slots in that order. A lycée that has no
room left for so many pupils is not looked at slot by slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from msgspec import Struct

from booking.visits.demands.drawing_file import College, Demand, Lycee, Slot, Snapshot
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
    """Seats and places of groups, slot by slot; `at`, what a clock on a French wall shows when a slot starts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.slots = {slot.id: slot for slot in snapshot.slots}
        self.lycees = {lycee.id: lycee for lycee in snapshot.lycees}
        self.at = {slot.id: slot.starts_at.astimezone(PARIS).replace(tzinfo=None) for slot in snapshot.slots}
        self._colleges = {college.id: college for college in snapshot.colleges}
        self._runs_off = {"": (), **snapshot.days_off}
        self._seats = {slot.id: slot.seats_left for slot in snapshot.slots}
        self._groups = {slot.id: slot.groups_left for slot in snapshot.slots}
        self._of_lycee: dict[int, list[int]] = {}
        for slot in snapshot.slots:
            self._of_lycee.setdefault(slot.lycee, []).append(slot.id)
        self._roomiest = {lycee: self._two_roomiest(lycee) for lycee in self._of_lycee}
        self._as_far: dict[tuple[int, str], list[SlotsAsFar]] = {}
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

    def room(self, slot: Slot) -> int:
        """How many pupils one group more may have: none where no group may come."""
        return self._seats[slot.id] if self._groups[slot.id] > 0 else 0

    def take(self, seated: Seated) -> None:
        """A group has these seats, and one place of a group, for good."""
        self._seats[seated.slot] -= seated.pupils
        self._groups[seated.slot] -= 1
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
        """The slots of the group's level that are not closed, the nearest first, at most so many kilometres away.

        Left out is a lycée where no slot has so much room, or no two slots together for `halves`.
        """
        for as_far in self._by_distance(demand.college, demand.level):
            if km is not None and as_far.km > km:
                return
            roomiest = [self._roomiest[lycee] for lycee in as_far.lycees]
            if max(largest + (second if halves else 0) for largest, second in roomiest) >= room:
                yield as_far

    def _by_distance(self, college: int, level: str) -> list[SlotsAsFar]:
        known = self._as_far.get((college, level))
        if known is None:
            home = self._colleges[college]
            far = {lycee: distance_km(home, self.lycees[lycee]) for lycee in self._of_lycee}
            received = [slot for slot in self.slots.values() if level in slot.levels and not slot.closed]
            received.sort(key=lambda slot: (far[slot.lycee], slot.starts_at, slot.id))
            known = self._as_far[college, level] = [
                SlotsAsFar(km, frozenset(slot.lycee for slot in slots), slots)
                for km, slots in ((km, tuple(run)) for km, run in groupby(received, lambda slot: far[slot.lycee]))
            ]
        return known

    def _two_roomiest(self, lycee: int) -> tuple[int, int]:
        rooms = sorted((self.room(self.slots[slot]) for slot in self._of_lycee[lycee]), reverse=True)
        return (rooms[0], rooms[1] if len(rooms) > 1 else 0)


def distance_km(college: College, lycee: Lycee) -> float:
    """As the crow flies, to 0.1 km, as a list by distance says it."""
    if college.lat is None or college.lon is None or lycee.lat is None or lycee.lon is None:
        return NOWHERE_KM
    return round(kilometres(college.lat, college.lon, lycee.lat, lycee.lon), 1)
