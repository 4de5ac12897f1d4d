"""Offering freed seats to the waiting groups, inside the transaction that freed them.

A class that waits in two halves is offered both places, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from asyncpg.exceptions import ExclusionViolationError
from msgspec import Struct

from booking.visits.reservation_states import HOLDS_SEATS, HOLDS_SEATS_SQL, SURE_OR_MADE_SQL
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.in_line import IN_RESERVE
from booking.visits.reservations.offer_by_sentence import (
    SUIT_IN_HALVES,
    SUIT_SOMEBODY,
    SUITS_NOW,
    offer_by_sentence,
)
from booking.visits.reservations.queries import TWIN, marks_passed, offered_until
from booking.visits.reservations.tables import Reservation
from booking.words.wording import school_year_began
from workshops.database import row, rows, savepoint, value
from workshops.database.row_types import row_as
from workshops.events.queries import RecordedAct
from workshops.events.record import recorded_of
from workshops.school_calendar.rules import paris_instant
from workshops.slots.queries import DEADLINES
from workshops.slots.rules import Deadlines
from workshops.slots.seats import LOCK_SEATS, seats_kept

# The other half of a class waits as well, and fits in its slot: a place for one of them alone would part the class.
BOTH_FIT = f"""(r.half IS NULL OR EXISTS (
    SELECT FROM reservations twin_waits JOIN slots twin_slot ON twin_slot.id = twin_waits.slot
    WHERE twin_waits.demand = r.demand AND twin_waits.line = r.line AND twin_waits.half <> r.half
    AND twin_waits.state = 'waiting' AND NOT {HELD_BACK.format(one="twin_waits")} AND twin_slot.state = 'open'
    AND twin_waits.pupils <= twin_slot.seats - twin_slot.seats_taken AND twin_slot.groups_taken < twin_slot.groups_max
    AND NOT EXISTS (SELECT FROM reservations twin_away WHERE twin_away."group" = twin_waits."group"
      AND twin_away.state IN {HOLDS_SEATS_SQL}
      AND twin_away.starts_at < twin_waits.ends_at AND twin_away.ends_at > twin_waits.starts_at)))"""  # noqa: S608
"""Whether the waiting reservation `r` is of a group that comes whole, or its other half may be offered with it."""
# The oldest group that fits entirely. Groups that joined on the same day are tied: those of a draw keep its order and
# come first, then the collège with fewer visits this school year. One that does not fit, or is busy elsewhere at that
# hour, or has this line in reserve, is passed over and keeps its rank.
NEXT_WAITING = f"""
SELECT r.id, r.school, r.half, {TWIN.format(one="r")} AS twin, {DEADLINES}
FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.slot = $1 AND r.state = 'waiting' AND sl.state = 'open' AND r.id <> ALL ($3::int[])
  AND r.pupils <= sl.seats - sl.seats_taken AND sl.groups_taken < sl.groups_max
  AND NOT EXISTS (
    SELECT 1 FROM reservations b WHERE b."group" = r."group" AND b.id <> r.id
    AND b.state IN {HOLDS_SEATS_SQL}
    AND b.starts_at < r.ends_at AND b.ends_at > r.starts_at)
  AND NOT {IN_RESERVE} AND NOT {HELD_BACK.format(one="r")} AND {BOTH_FIT}
ORDER BY (r.created_at AT TIME ZONE 'Europe/Paris')::date, r.drawn_rank,
  (SELECT count(*) FROM reservations v WHERE v.school = r.school AND v.starts_at >= $2
   AND v.state IN {SURE_OR_MADE_SQL}),
  r.created_at, r.id
LIMIT 1
"""  # noqa: S608 - constants only


def _offering(act: str, *, passed: str = "0") -> str:
    """The statement that offers a waiting reservation its place; `passed`: how many marks are left out."""
    recorded = recorded_of("reservation", "offered", at="$2", act=f"'{act}'", was="'waiting'", state="'offered'")
    return f"""
WITH offered AS (
  UPDATE reservations SET state = 'offered', sequence = sequence + 1, changed_at = $2, hold_until = $3,
    offer_salt = drawn.salt, offered_as = drawn.salt,
    mark = (SELECT (sl.groups_ever + {passed}) % 36 FROM slots sl WHERE sl.id = slot)
  FROM (SELECT gen_random_uuid() AS salt) drawn
  WHERE id = $1 AND state = 'waiting' RETURNING id, slot, pupils, sequence
), seated AS (
  {seats_kept("offered", passed=passed)}
), {recorded}
SELECT id FROM offered
"""  # noqa: S608 - constants only


OFFER = _offering("reservation_offer")
# The second half of a class wears a sign that is told apart from the first one's.
OFFER_ALSO = _offering("reservation_offer_also", passed="$4::int")
# Whoever holds it may be waiting for the slot that we hold: we wait for nobody.
LOCK_OTHER = f"""SELECT sl.id, {DEADLINES} FROM slots sl
WHERE sl.id = (SELECT slot FROM reservations WHERE id = $1) FOR NO KEY UPDATE OF sl SKIP LOCKED"""  # noqa: S608
STILL_FIT = f"SELECT EXISTS (SELECT FROM reservations r WHERE r.id = $1 AND r.state = 'waiting' AND {BOTH_FIT})"  # noqa: S608


class Next(Struct, frozen=True):
    """The first of a slot's waiting list that fits; of a class in two halves, one `half` with its `twin`."""

    id: int
    school: int
    deadlines: Deadlines
    half: int | None = None
    twin: int | None = None


class OtherSlot(Struct, frozen=True):
    """The slot of the other half of a class, under its lock."""

    id: int
    deadlines: Deadlines


# Locked in the order of their numbers, as by every act that takes several slots.
SLOTS_OF_DEMAND = """SELECT sl.id, r.line FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.demand = $1 AND r.state = 'waiting' ORDER BY sl.id FOR NO KEY UPDATE OF sl"""


SLOTS_OF = "SELECT DISTINCT slot FROM reservations WHERE id = ANY ($1::int[])"


async def promote_next_line(demand: int, *, answered: bool, now: datetime) -> None:
    """Offer the best of a demand's other lines that can be had, one of them having just been lost: a slot that it
    names, else, where somebody has `answered`, what suits its sentence. Silence is offered nothing more by itself, or
    it would hold one place after the other."""
    for slot in sorted(await rows(SLOTS_OF_DEMAND, demand), key=lambda waiting: (waiting["line"], waiting["id"])):
        await promote(slot["id"], now=now)
    if answered:
        await offer_what_suits(demand, now=now)


async def promote(slot: int, *, now: datetime) -> list[int]:
    """Offer the free seats of a slot, whose row the caller has locked; returns the reservations that were offered.

    A class that waits in two halves is passed over, with its rank, where the slot of its other half is held by another
    act at this moment: the next minute looks again.
    """
    offered: list[int] = []
    passed: list[int] = []
    year_began = paris_instant(school_year_began(now), time())
    while (waiting := await row_as(Next, NEXT_WAITING, slot, year_began, passed)) is not None:
        expires_at = await offered_until(waiting.deadlines, college=waiting.school, now=now)
        if expires_at is None:
            break
        made = await _offer(waiting, slot, expires_at, now=now)
        # Who is passed over keeps its rank, the next one is asked.
        passed.append(waiting.id)
        offered += made
    return [*offered, *await offer_by_sentence(slot, now=now)]


async def _offer(waiting: Next, slot: int, expires_at: datetime, *, now: datetime) -> list[int]:
    """The reservations that were offered: none where the group gets another visit at that hour at this very moment."""
    try:
        async with savepoint():
            if waiting.twin is not None:
                return await _offer_both(waiting, waiting.twin, slot, expires_at, now=now)
            return [waiting.id] if await row(OFFER, waiting.id, now, expires_at) is not None else []
    except ExclusionViolationError:
        return []


async def _offer_both(waiting: Next, twin: int, slot: int, expires_at: datetime, *, now: datetime) -> list[int]:
    """Both halves of a class, with one letter and until one hour; none where the other one cannot be had now."""
    beside = await row_as(OtherSlot, LOCK_OTHER, twin)
    if beside is None or not await value(STILL_FIT, waiting.id):
        return []
    other_expires_at = await offered_until(beside.deadlines, college=waiting.school, now=now)
    if other_expires_at is None:
        return []
    until = min(expires_at, other_expires_at)
    first, second, there = (waiting.id, twin, beside.id) if waiting.half == 1 else (twin, waiting.id, slot)
    await row(OFFER, first, now, until)
    await row(OFFER_ALSO, second, now, until, await marks_passed(first, there))
    return [first, second]


async def offer_what_suits(demand: int, *, now: datetime) -> bool:
    """A demand that says what would suit, none of whose named slots was to be had, is offered the nearest that does, if
    anything does today: whoever waits for that very slot comes first. A class larger than all that suit is offered the
    nearest two, one for each half. Whether it was offered any. In the caller's transaction."""
    has = Reservation.exists().where(Reservation.demand == demand, Reservation.state.is_in(sorted(HOLDS_SEATS)))
    for ways in (SUITS_NOW, SUIT_IN_HALVES):
        for slots in await rows(ways, now, demand):
            await rows(LOCK_SEATS, list(slots))
            await promote(slots[0], now=now)
            if await has:
                return True
    return False


async def offer_to_sentences(events: Sequence[RecordedAct], *, now: datetime) -> None:
    """After these acts, in the transaction that tells them: a slot that was opened, or changed, is offered to who waits
    for whatever suits. So is one that was given back: another act may have held the slot of a class's other half."""
    on_visits = [event for event in events if event.about_kind == "reservation"]
    given_back = [event.about for event in on_visits if event.was in HOLDS_SEATS and event.state not in HOLDS_SEATS]
    slots = {event.about for event in events if event.about_kind == "slot" and event.about is not None}
    slots |= {event.also for event in on_visits if event.also is not None}
    slots |= {visit["slot"] for visit in await rows(SLOTS_OF, given_back)} if given_back else set()
    if not slots:
        return
    for slot in await rows(SUIT_SOMEBODY, now, sorted(slots)):
        await rows(LOCK_SEATS, [slot["id"]])
        await promote(slot["id"], now=now)
