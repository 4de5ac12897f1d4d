"""The slots that a teacher may put after her first choice, and the pairs of them for a class in two halves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from booking.visits.asking.pairs import PairOffered, goes_with, pairs_for
from booking.visits.reservation_states import HOLDS_SEATS_SQL, LIVE
from booking.words.wording import paris
from workshops.database import rows
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.slots.queries import SlotCard

# Slots at which a group comes or waits, and those at an hour at which it is to be elsewhere.
ITS_OWN = f"""SELECT s.id FROM slots s WHERE s.id = ANY ($2::int[]) AND EXISTS (
  SELECT FROM reservations r WHERE r."group" = $1 AND (r.slot = s.id AND r.state = ANY ($3::varchar[])
    OR r.state IN {HOLDS_SEATS_SQL} AND r.replaces IS NULL
      AND r.starts_at < s.ends_at AND r.ends_at > s.starts_at))"""  # noqa: S608 - constants only
BEFORE, AFTER = timedelta(days=21), timedelta(days=42)
PROPOSED, PAIRS_PROPOSED = 30, 10
PAIRS_KM = 80.0
Days: TypeAlias = tuple[date, date]


def has_room(slot: SlotOnOffer, pupils: int) -> bool:
    """Whether a slot has room for all of a group today: in any other, it would wait."""
    return slot.groups_free > 0 and slot.seats_free >= pupils


async def slots_beside(
    first: SlotCard,
    *,
    group: int,
    level: str,
    pupils: int,
    near: tuple[float, float] | None,
    days: Days = (date.min, date.max),
    now: datetime,
) -> list[SlotOnOffer]:
    """What a group may put after its first choice: the open slots of its level around that date, near its collège, but
    for those where it comes or waits, or cannot be at that hour; those that have room for all of it first, then those
    of the `days` searched for, then the same workshop, then the nearest."""
    day = paris(first.starts_at).date()
    found = await slots_on_offer(
        Search(
            level=level,
            pupils=pupils,
            waiting=True,
            near=near,
            by_distance=near is not None,
            only_open=True,
            from_on=day - BEFORE,
            to_on=day + AFTER,
            limit=PROPOSED,
        ),
        now=now,
    )
    open_now = [slot for slot in found.items if goes_with(first, slot, now)]
    elsewhere = {first.id} | await _elsewhere(group, open_now)
    fitting = [one for one in open_now if one.id not in elsewhere]
    return sorted(fitting, key=lambda one: (not has_room(one, pupils), *_last(one, first, days)))


async def pairs_beside(
    first: SlotCard,
    *,
    group: int,
    level: str,
    pupils: int,
    near: tuple[float, float] | None,
    without: Sequence[int],
    days: Days = (date.min, date.max),
    now: datetime,
) -> list[PairOffered]:
    """The same for a class that is too large for a slot: two of one lycée, none of those `without` which it asks."""
    day = paris(first.starts_at).date()
    around = Search(
        level=level,
        near=near,
        km=None if near is None else PAIRS_KM,
        by_distance=near is not None,
        from_on=day - BEFORE,
        to_on=day + AFTER,
    )
    found = await pairs_for(around, pupils=pupils, without=without, waiting=True, limit=PROPOSED, now=now)
    open_now = [pair for pair in found if all(goes_with(first, slot, now) for slot in (pair.first, pair.second))]
    elsewhere = await _elsewhere(group, [slot for pair in open_now for slot in (pair.first, pair.second)])
    fitting = [pair for pair in open_now if elsewhere.isdisjoint({pair.first.id, pair.second.id})]
    return sorted(fitting, key=lambda pair: (not pair.fits, *_last(pair.first, first, days)))[:PAIRS_PROPOSED]


async def _elsewhere(group: int, slots: Sequence[SlotOnOffer]) -> set[int]:
    """Those of these slots at which a group comes or waits, or cannot be at that hour."""
    return {one["id"] for one in await rows(ITS_OWN, group, [one.id for one in slots], sorted(LIVE))}


def _last(slot: SlotOnOffer, first: SlotCard, days: Days) -> tuple[bool, bool]:
    """What comes last: out of the days searched for, then of another workshop."""
    from_on, to_on = days
    return not from_on <= paris(slot.starts_at).date() <= to_on, slot.workshop_id != first.workshop
