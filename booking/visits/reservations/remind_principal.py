"""Asking a principal again, three days before the seats held for a visa go back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.rules import PrincipalTeaches
from booking.visits.reservations.transition import standing
from booking.visits.reservations.whom_to_ask import NoPrincipal
from workshops.database import rows, transaction, value
from workshops.events.record import record

REMINDED_BEFORE = timedelta(days=3)
# A link sent within the last three days, by us or by the teacher, is reminder enough: the links themselves say what was
# done, and a demand whose date moves is due again.
DUE = """SELECT r.id FROM reservations r
WHERE (r.state = 'requested' OR r.state = 'confirmed' AND r.adults_asked IS NOT NULL)
  AND r.hold_until > $1 AND r.hold_until <= $1 + $2::interval
  AND ($3::int IS NULL OR r.id = $3)
  AND NOT EXISTS (SELECT FROM reservations first WHERE first.halves = r.halves AND first.half < r.half
                  AND first.state = 'requested' AND r.state = 'requested' AND first.replaces IS NULL)
  AND NOT EXISTS (SELECT FROM memberships m WHERE m.account = r.booked_by AND m.school = r.school AND m.awaiting)
  AND NOT EXISTS (SELECT 1 FROM approvals ap
                  WHERE ap.reservation = r.id AND NOT ap.takes_back AND ap.created_at >= r.hold_until - $2::interval)
  AND NOT EXISTS (SELECT FROM events e WHERE e.act = 'reservation_ask_again' AND e.about_kind = 'reservation'
                  AND e.about = r.id AND e.also = (extract(epoch FROM r.hold_until) / 60)::int)
ORDER BY r.hold_until, r.id LIMIT 200"""


async def remind_principals(*, new_token: Callable[[], str], now: datetime) -> int:
    """Send a new link to each principal who has not answered, and tell the teacher; returns how many demands were due.

    The link sent before is void. Each demand has a transaction of its own; several workers may run it at once.
    """
    due = await rows(DUE, now, REMINDED_BEFORE, None)
    return sum([await _remind(one["id"], token=new_token(), now=now) for one in due])


async def _remind(reservation: int, *, token: str, now: datetime) -> bool:
    async with transaction():
        stands = await standing(reservation)
        if await value(DUE, now, REMINDED_BEFORE, reservation) is None:
            return False
        until = stands.hold_until
        await record(
            "reservation_ask_again",
            by=None,
            about_kind="reservation",
            about=reservation,
            also=None if until is None else int(until.timestamp()) // 60,
            now=now,
        )
        try:
            await ask_approval(reservation, token=token, now=now)
        except (NoPrincipal, PrincipalTeaches):
            # The collège took the address away, or its teacher has it: the teacher alone is told.
            return True
        return True
