"""The slots that a teacher may put after her first choice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from booking.visits.reservation_states import HOLDS_SEATS_SQL, LIVE
from booking.words.wording import paris
from workshops.database import rows
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.openings.rules import may_be_had
from workshops.slots.queries import SlotCard

# Slots at which a group comes or waits, and those at an hour at which it is to be elsewhere.
ITS_OWN = f"""SELECT s.id FROM slots s WHERE s.id = ANY ($2::int[]) AND EXISTS (
  SELECT FROM reservations r WHERE r."group" = $1 AND (r.slot = s.id AND r.state = ANY ($3::varchar[])
    OR r.state IN {HOLDS_SEATS_SQL} AND r.replaces IS NULL
      AND r.starts_at < s.ends_at AND r.ends_at > s.starts_at))"""  # noqa: S608 - constants only
BEFORE, AFTER = timedelta(days=21), timedelta(days=42)
PROPOSED = 30


def _goes_with(first: SlotCard, slot: SlotOnOffer, now: datetime) -> bool:
    """Whether a slot may stand in one list with the first choice: in the same draw, or to be had at once with it."""
    if first.draws_at is not None:
        return (slot.opens_at, slot.draws_at) == (first.opens_at, first.draws_at)
    return may_be_had(slot.opens_at, slot.draws_at, now)


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
    days: tuple[date, date] = (date.min, date.max),
    now: datetime,
) -> list[SlotOnOffer]:
    """What a group may put after its first choice: the open slots of its level around that date, near its collège, but
    for those where it comes or waits, or cannot be at that hour; those that have room for all of it first, then those
    of the `days` searched for, then the same workshop, then the nearest."""
    day = paris(first.starts_at).date()
    found = await slots_on_offer(
        Search(
            level=level,
            near=near,
            by_distance=near is not None,
            only_open=True,
            from_on=day - BEFORE,
            to_on=day + AFTER,
            limit=PROPOSED,
        ),
        now=now,
    )
    open_now = [slot for slot in found.items if _goes_with(first, slot, now)]
    large = [one for one in open_now if one.id != first.id and one.seats >= pupils]
    elsewhere = {one["id"] for one in await rows(ITS_OWN, group, [one.id for one in large], sorted(LIVE))}
    fitting = [one for one in large if one.id not in elsewhere]
    from_on, to_on = days

    def last(one: SlotOnOffer) -> tuple[bool, bool, bool]:
        out = not from_on <= paris(one.starts_at).date() <= to_on
        return not has_room(one, pupils), out, one.workshop_id != first.workshop

    return sorted(fitting, key=last)
