"""What the clock ends by itself: unanswered offers, visas that never came, lists that lock, waits without hope."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.reservations.carry_out import carry_out, standing
from booking.reservations.states import LIST_LOCKS, NotNow
from workshops.database import rows, transaction

HELD_TOO_LONG = """SELECT id FROM reservations
WHERE state IN ('requested', 'offered') AND hold_until <= $1 ORDER BY hold_until, id LIMIT 200"""
WAITED_IN_VAIN = """SELECT id FROM reservations WHERE state = 'waiting' AND starts_at <= $1 ORDER BY id LIMIT 200"""
TO_LOCK = """SELECT id FROM reservations WHERE state = 'confirmed' AND starts_at <= $1 AND starts_at > $2
ORDER BY starts_at, id LIMIT 500"""
LOCKABLE_FOR = timedelta(days=2)


async def lapse(*, now: datetime) -> int:
    """End what is due, each in a transaction of its own; returns how many. Several workers may run it at once."""
    due = [(one["id"], "lapse") for one in await rows(HELD_TOO_LONG, now)]
    due += [(one["id"], "lapse") for one in await rows(WAITED_IN_VAIN, now + LIST_LOCKS)]
    due += [(one["id"], "lock") for one in await rows(TO_LOCK, now + LIST_LOCKS, now - LOCKABLE_FOR)]
    ended = 0
    for reservation, act in due:
        ended += await _end(reservation, act, now=now)
    return ended


async def _end(reservation: int, act: str, *, now: datetime) -> bool:
    try:
        async with transaction():
            stands = await standing(reservation)
            held = stands.state in {"requested", "offered"}
            if act == "lapse" and held and (stands.hold_until is None or stands.hold_until > now):
                return False
            if act == "lapse" and stands.state == "waiting" and stands.starts_at > now + LIST_LOCKS:
                return False
            await carry_out(act, stands, role="clock", by=None, now=now)
            return True
    except NotNow:
        # Another worker, or the person herself, was faster.
        return False
