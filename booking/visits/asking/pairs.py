"""The two halves of a class, and the pairs of slots that take one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from booking.visits.draws.halves import object_words, split
from booking.visits.reservations.rules import Pair
from booking.visits.reservations.tables import Reservation
from booking.words.wording import counted, hour, paris, plain_day, span
from workshops.database import rows
from workshops.database.row_types import rows_as
from workshops.offer.pair import pairs_on_offer, partners_on_offer
from workshops.offer.queries import SlotOnOffer
from workshops.offer.rules import Search
from workshops.openings.rules import may_be_had
from workshops.slots.queries import BUILT, SlotCard

_NAMES = f"ARRAY(SELECT o.name FROM tech_objects o WHERE o.id = ANY ({BUILT}) ORDER BY o.name)::text[]"  # noqa: S608
HALVES = f"""
SELECT r.id, coalesce(r.half, 1)::int AS half, r.state, r.uid, r.sequence, r.slot, r.pupils, r.adults,
  r.mark AS mark_number, w.title AS workshop, h.id AS host, h.name AS host_name, h.commune, r.starts_at, r.ends_at,
  {_NAMES} AS objects
FROM reservations r JOIN slots s ON s.id = r.slot JOIN workshops w ON w.id = s.workshop
JOIN schools h ON h.id = s.school
WHERE r.demand = $1 AND r.line = $2 AND r.replaces IS NULL
  AND r.id = (SELECT max(o.id) FROM reservations o
              WHERE o.demand = $1 AND o.line = $2 AND o.half = r.half AND o.replaces IS NULL)
ORDER BY r.half
"""  # noqa: S608 - constants only
OBJECTS_AT = f"SELECT s.id, {_NAMES} AS objects FROM slots s WHERE s.id = ANY ($1::int[])"  # noqa: S608 - constants only


WITHIN = timedelta(days=21)
LOOKED_AT = 20
NOON = 12
AWAY = ("Deux créneaux de la même demi-journée", "Deux créneaux du même jour", "Deux dates, dans le même lycée")


class PairOffered(Struct, frozen=True):
    """Two slots of one lycée for a class too large for one: how many go to each, `words` for how far apart, `objects`
    for what is built. One that does not take both halves today (`fits`) is waited for."""

    first: SlotOnOffer
    second: SlotOnOffer
    halves: tuple[int, int]
    words: str
    objects: str
    fits: bool

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.first.id}-{self.second.id}"

    @property
    def days(self) -> str:
        """« mardi 8 décembre matin et jeudi 10 décembre après-midi », « mardi 8 décembre, 9 h 00 et 13 h 30 »"""
        return both_days(self.first.starts_at, self.second.starts_at)


def both_days(first: datetime, second: datetime) -> str:
    """When the two halves of a class come, in short."""
    if paris(first).date() == paris(second).date():
        return f"{plain_day(first)}, {hour(first)} et {hour(second)}"
    days = [f"{plain_day(at)} {'matin' if paris(at).hour < NOON else 'après-midi'}" for at in (first, second)]
    return " et ".join(days)


class Half(Struct, frozen=True):
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
    objects: list[str]

    @property
    def line(self) -> str:
        """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Découpe laser, 14 élèves »"""
        return f"{span(self.starts_at, self.ends_at)}, {self.workshop}, {counted(self.pupils, 'élève')}"


async def pairs_for(
    search: Search,
    *,
    pupils: int,
    slot: int | None = None,
    without: Sequence[int] = (),
    waiting: bool = False,
    limit: int,
    now: datetime,
) -> list[PairOffered]:
    """The pairs of slots that take both halves of a class, split as evenly as their free seats allow; `waiting`: those
    too where it would wait, after the others. Of a slot with which no pair builds the same object and has room, those
    that build two."""
    asked: dict[str, Any] = {"slot": slot, "without": without, "waiting": waiting, "limit": limit}
    found = await pairs_on_offer(search, pupils=pupils, now=now, **asked)
    if slot is not None and not any(one.roomy for one in found):
        two = await pairs_on_offer(search, pupils=pupils, alike=False, now=now, **asked)
        found = two if not found or any(one.roomy for one in two) else found
    return [
        PairOffered(
            *(one.first, one.second, halves, AWAY[one.away]),
            object_words(one.first.objects, one.second.objects),
            fits=one.roomy,
        )
        for one in found
        if (halves := split(pupils, *(_places(half, today=one.roomy) for half in (one.first, one.second)))) is not None
    ]


def _places(slot: SlotOnOffer, *, today: bool) -> int:
    return slot.seats_free if today else slot.seats


class HalvesAt(Struct, frozen=True):
    """The two slots of a class that the one of a list does not take alone, in their order, and when they start; `away`
    as in `AWAY`, `objects` what both build. Where it does not fit today (`fits`) it would wait."""

    first: int
    second: int
    starts: tuple[datetime, datetime]
    halves: tuple[int, int]
    away: int
    objects: list[str]
    fits: bool


async def halves_at(search: Search, *, pupils: int, slots: list[int], now: datetime) -> dict[int, HalvesAt]:
    """For slots of a list that are too small for a class: with which other slot of the search it fits, by number; of a
    list of those where it waits, with which it would."""
    if not slots:
        return {}
    found = await partners_on_offer(search, pupils=pupils, slots=slots, waiting=search.waiting, now=now)
    paired = {}
    for one in found:
        places = ((one.slot, one.slot_room, one.slot_at), (one.other, one.other_room, one.other_at))
        first, second = reversed(places) if one.other_first else places
        if (halves := split(pupils, first[1], second[1])) is not None:
            starts = (first[2], second[2])
            paired[one.slot] = HalvesAt(first[0], second[0], starts, halves, one.away, one.objects, one.roomy)
    return paired


async def pairs_with(
    slot: SlotCard, *, level: str | None, pupils: int, waits: bool = True, limit: int, now: datetime
) -> list[PairOffered]:
    """The pairs that this slot is of, for a class that it does not take alone; none where it does.

    Where none has room for both halves today, those where they would wait, for who may wait (`waits`).
    """
    if pupils <= slot.seats:
        return []
    day = paris(slot.starts_at).date()
    around = Search(level=level, school=slot.uai, from_on=day - WITHIN, to_on=day + WITHIN)
    found = await pairs_for(around, pupils=pupils, slot=slot.id, waiting=waits, limit=LOOKED_AT, now=now)
    found = [one for one in found if all(goes_with(slot, half, now) for half in (one.first, one.second))]
    return ([one for one in found if one.fits] or found)[:limit]


def goes_with(first: SlotCard, slot: SlotOnOffer, now: datetime) -> bool:
    """Whether a slot may be asked for together with a first one: in the same draw, or to be had at once as it is."""
    if first.draws_at is not None or slot.draws_at is not None:
        return (slot.opens_at, slot.draws_at) == (first.opens_at, first.draws_at)
    return slot.opens_at == first.opens_at or may_be_had(slot.opens_at, slot.draws_at, now)


async def other_half(pair: Pair | None, reservation: int) -> Half | None:
    """The half that was booked together with this one."""
    return next((one for one in await halves_of(pair) if one.id != reservation), None)


async def pair_of(reservation: int, *, school: int | None = None) -> Pair | None:
    """What two halves booked together have in common; None for a group that comes whole, or another collège's."""
    its_line = Reservation.select(Reservation.demand, Reservation.line).where(Reservation.id == reservation)
    of_pair = its_line.where(Reservation.half.is_not_null())
    found = await (of_pair if school is None else of_pair.where(Reservation.school == school)).first()
    return None if found is None else (found["demand"], found["line"])


async def objects_at(first: int, second: int) -> tuple[list[str], list[str]]:
    """What two slots let a group build."""
    found = {one["id"]: one["objects"] for one in await rows(OBJECTS_AT, [first, second])}
    return found.get(first, []), found.get(second, [])


async def halves_of(pair: Pair | None) -> list[Half]:
    """The two halves that were booked together; none for a group that comes whole."""
    return [] if pair is None else await rows_as(Half, HALVES, *pair)
