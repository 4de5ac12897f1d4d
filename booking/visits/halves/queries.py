"""The two halves of a class, and the pairs of slots that take one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from booking.visits.halves.rules import split
from booking.visits.reservations.tables import Reservation
from booking.wording import Mark, counted, mark, paris, span
from workshops.offer.pair import pairs_on_offer, partners_on_offer
from workshops.offer.queries import OfferedSlot
from workshops.offer.rules import Filters
from workshops.shapes import rows_as
from workshops.slots.queries import SlotCard

HALVES = """
SELECT r.id, coalesce(r.half, 1)::int AS half, r.state, r.uid, r.sequence, r.slot, r.pupils, r.adults,
  r.mark AS mark_number, w.title AS workshop, h.id AS host, h.name AS host_name, h.commune, r.starts_at, r.ends_at
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop
JOIN schools h ON h.id = sl.school
WHERE r.halves = $1 AND r.replaces IS NULL
  AND r.id = (SELECT max(o.id) FROM reservations o
              WHERE o.halves = $1 AND o.half = r.half AND o.replaces IS NULL)
ORDER BY r.half
"""


WITHIN = timedelta(days=21)
AWAY = ("Deux créneaux de la même demi-journée", "Deux créneaux du même jour", "Deux dates, dans le même lycée")


@dataclass(frozen=True)
class PairOffered:
    """Two slots of one lycée for a class too large for one: how many go to each, and `words` for how far apart."""

    first: OfferedSlot
    second: OfferedSlot
    halves: tuple[int, int]
    words: str


@dataclass(frozen=True)
class Half:
    """The reservation of one half of a class; `half` is 1 or 2."""

    id: int
    half: int
    state: str
    uid: str
    sequence: int
    slot: int
    pupils: int
    adults: int
    mark_number: int
    workshop: str
    host: int
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime

    @property
    def mark(self) -> Mark:
        return mark(self.mark_number)

    @property
    def line(self) -> str:
        """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Découpe laser, 14 élèves »"""
        return f"{span(self.starts_at, self.ends_at)}, {self.workshop}, {counted(self.pupils, 'élève')}"


async def pairs_for(
    filters: Filters, *, pupils: int, slot: int | None = None, limit: int, now: datetime
) -> list[PairOffered]:
    """The pairs of slots that take both halves of a class, split as evenly as their free seats allow."""
    found = await pairs_on_offer(filters, pupils=pupils, slot=slot, limit=limit, now=now)
    return [
        PairOffered(one.first, one.second, halves, AWAY[one.away])
        for one in found
        if (halves := split(pupils, one.first.seats_free, one.second.seats_free)) is not None
    ]


@dataclass(frozen=True)
class HalvesAt:
    """The two slots of a class that the one of a list does not take alone, in their order; `away` as in `AWAY`."""

    first: int
    second: int
    halves: tuple[int, int]
    away: int


async def halves_at(filters: Filters, *, pupils: int, slots: list[int], now: datetime) -> dict[int, HalvesAt]:
    """For slots of a list that are too small for a class: with which other slot of the search it fits, by number."""
    if not slots:
        return {}
    found = await partners_on_offer(filters, pupils=pupils, slots=slots, now=now)
    paired = {}
    for one in found:
        places = ((one.slot, one.slot_room), (one.other, one.other_room))
        first, second = reversed(places) if one.other_first else places
        if (halves := split(pupils, first[1], second[1])) is not None:
            paired[one.slot] = HalvesAt(first[0], second[0], halves, one.away)
    return paired


async def pairs_with(slot: SlotCard, *, level: str | None, pupils: int, limit: int, now: datetime) -> list[PairOffered]:
    """The pairs that this slot is of, for a class that it does not take alone; none where it does."""
    if pupils <= slot.seats:
        return []
    day = paris(slot.starts_at).date()
    around = Filters(level=level, school=slot.uai, from_on=day - WITHIN, to_on=day + WITHIN)
    return await pairs_for(around, pupils=pupils, slot=slot.id, limit=limit, now=now)


async def other_half(halves: UUID | None, reservation: int) -> Half | None:
    """The half that was booked together with this one."""
    return next((one for one in await halves_of(halves) if one.id != reservation), None)


async def act_of(reservation: int, *, school: int | None = None) -> UUID | None:
    """What two halves booked together have in common; None for a group that comes whole, or another collège's."""
    one = Reservation.select(Reservation.halves).where(Reservation.id == reservation)
    found = await (one if school is None else one.where(Reservation.school == school)).first()
    return None if found is None else cast(UUID | None, found["halves"])


async def halves_of(halves: UUID | None) -> list[Half]:
    """The two halves that were booked together; none for a group that comes whole."""
    return [] if halves is None else await rows_as(Half, HALVES, halves)
