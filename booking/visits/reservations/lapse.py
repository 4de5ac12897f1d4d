"""What the clock ends by itself: unanswered offers, visas that never came, lists that lock, waits without hope, and
what was looked for in vain.

It also offers the places that no act could offer, to groups that were busy elsewhere when they came free, and of a
period that opens, and lets groups through that waited beyond their collège's classes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.demands.end_in_vain import end_in_vain
from booking.visits.reservation_states import BOTH_OR_NONE, ENDED_SQL, ONLY_HELD, ONLY_HELD_SQL
from booking.visits.reservations.ask_approval import void_links
from booking.visits.reservations.beyond import HELD_BACK
from booking.visits.reservations.cancel import lock_choices
from booking.visits.reservations.change_headcount import keep_adults
from booking.visits.reservations.give_back import give_back
from booking.visits.reservations.in_line import IN_RESERVE
from booking.visits.reservations.let_through import let_through_in_time
from booking.visits.reservations.open_to_all import offer_what_opens
from booking.visits.reservations.promote import BOTH_FIT, promote
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.transition import (
    StandingReservation,
    standing,
    transition,
    transition_both,
    twin_like,
)
from workshops.database import rows, transaction
from workshops.database.retry import ConcurrentUpdate, retried
from workshops.school_calendar.rules import LOOKS_BACK
from workshops.slots.rules import LIST_LOCKS_DAYS, TO_COME_SQL

HELD_TOO_LONG = f"""SELECT id FROM reservations
WHERE (state IN {ONLY_HELD_SQL} OR state = 'confirmed' AND adults_asked IS NOT NULL) AND hold_until <= $1
ORDER BY hold_until, id LIMIT 200"""  # noqa: S608 - constants only
# Who may be offered a place at the last minute waits until then; two halves never are.
WAITED_IN_VAIN = """SELECT r.id FROM reservations r JOIN slots sl ON sl.id = r.slot
LEFT JOIN demands d ON d.id = r.demand
WHERE r.state = 'waiting' AND r.starts_at <= $1::timestamptz + $2::interval
  AND CASE WHEN d.last_minute AND r.half IS NULL THEN sl.starts_at ELSE sl.list_locks_at END <= $1
ORDER BY r.id LIMIT 200"""
TO_LOCK = f"""SELECT id FROM reservations WHERE state = 'confirmed' AND slot = ANY (ARRAY(
  SELECT id FROM slots WHERE state IN {TO_COME_SQL} AND starts_at <= $1::timestamptz + $2::interval
    AND starts_at > $1::timestamptz - $3::interval AND list_locks_at <= $1)) ORDER BY starts_at, id LIMIT 500"""  # noqa: S608 - constants only
# A group that was busy elsewhere was passed over; free again, it frees no seat here, and no act asks for it. So was a
# class in two halves while another act held the slot of its other half.
LEFT_FREE = f"""SELECT DISTINCT sl.id FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.state = 'waiting' AND sl.state = 'open' AND sl.list_locks_at > $1
  AND r.pupils <= sl.seats - sl.seats_taken AND sl.groups_taken < sl.groups_max AND NOT {IN_RESERVE}
  AND NOT {HELD_BACK.format(one="r")} AND {BOTH_FIT}
ORDER BY sl.id LIMIT 200"""  # noqa: S608 - constants only
# Given back after its reservations closed, when nobody could be offered it: a group may be free again, or just have
# asked. What nobody ever held is not given back.
GIVEN_BACK_LATE = f"""SELECT sl.id FROM slots sl
WHERE sl.state = 'open' AND sl.starts_at > $1 AND sl.booking_closes_at <= $1
  AND sl.seats_taken < sl.seats AND sl.groups_taken < sl.groups_max
  AND EXISTS (SELECT FROM reservations r WHERE r.slot = sl.id AND r.state IN {ENDED_SQL}
    AND r.changed_at >= sl.booking_closes_at AND (r.confirmed_at IS NOT NULL OR r.offered_as IS NOT NULL))
  AND EXISTS (SELECT FROM demands d WHERE d.last_minute AND d.ended_at IS NULL)
ORDER BY sl.starts_at, sl.id LIMIT 200"""  # noqa: S608 - constants only
LOCK_SLOT = "SELECT id FROM slots WHERE id = $1 FOR NO KEY UPDATE"
Offering = Callable[..., Awaitable[list[int]]]
LOCKABLE_FOR = timedelta(days=2)
# No list locks sooner than this, whatever the days off.
LOOKS_AHEAD = LOOKS_BACK + timedelta(days=LIST_LOCKS_DAYS + 1)


async def lapse(*, secret_key: str, now: datetime) -> int:
    """End what is due and offer the places that are left to groups that wait, each in a transaction of its own.

    A visit whose list locks has its badges from then on, whether anybody has needed one or not.

    Returns how many reservations changed. Several workers may run it at once.
    """
    due = [(one["id"], "lapse") for one in await rows(HELD_TOO_LONG, now)]
    due += [(one["id"], "lapse") for one in await rows(WAITED_IN_VAIN, now, LOOKS_AHEAD)]
    due += [(one["id"], "lock") for one in await rows(TO_LOCK, now, LOOKS_AHEAD, LOCKABLE_FOR)]
    changed = 0
    for reservation, act in due:
        with suppress(ConcurrentUpdate):  # the next minute does it
            changed += await _end(reservation, act, secret_key=secret_key, now=now)
    changed += await let_through_in_time(now=now)
    await end_in_vain(now=now)
    changed += await offer_what_opens(now=now)
    for slots, offer in ((GIVEN_BACK_LATE, give_back), (LEFT_FREE, promote)):
        for slot in await rows(slots, now):
            with suppress(ConcurrentUpdate):
                changed += await _offer_what_is_left(slot["id"], offer, now=now)
    return changed


@retried
async def _end(reservation: int, act: str, *, secret_key: str, now: datetime) -> bool:
    try:
        async with transaction():
            await lock_choices(reservation)
            stands = await standing(reservation)
            # Its slot may have moved since, or its answer may have more time.
            held = stands.state in ONLY_HELD or (stands.asks.adults and act == "lapse")
            if held and (stands.hold_until is None or stands.hold_until > now):
                return False
            if not held and stands.deadlines.list > now:
                return False
            if stands.state == "confirmed" and act == "lapse":
                await keep_adults(stands, act=act, role="clock", now=now)
                await void_links(reservation, now=now)
            else:
                end = transition_both if await _ends_with_twin(stands, now=now) else transition
                await end(act, stands, role="clock", by=None, now=now)
                if act == "lock":
                    await keep_in_step(reservation, secret_key=secret_key, now=now)
            return True
    except NotNow:
        # Another worker, or the person herself, was faster.
        return False


async def _ends_with_twin(stands: StandingReservation, *, now: datetime) -> bool:
    """Two halves of a class that wait, or are offered, end at once, and so does a visa that never came for both."""
    if stands.state in BOTH_OR_NONE:
        return True
    twin = await twin_like(stands) if stands.state == "requested" else None
    return twin is not None and twin.hold_until is not None and twin.hold_until <= now


@retried
async def _offer_what_is_left(slot: int, offer: Offering, *, now: datetime) -> int:
    async with transaction():
        await rows(LOCK_SLOT, slot)
        return len(await offer(slot, now=now))
