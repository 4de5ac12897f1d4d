"""Asking a principal again, three days before the seats held for a visa go back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from booking.people.accounts.who_hears import college_hears
from booking.visits.reservations.ask_approval import NoPrincipal, ask_approval
from booking.visits.reservations.carry_out import standing
from booking.visits.reservations.rules import PrincipalTeaches
from workshops.database import rows, transaction, value

REMINDED_BEFORE = timedelta(days=3)
# A link sent within the last three days, by us or by the teacher, is reminder enough: the links themselves say what was
# done, and a demand whose date moves is due again.
DUE = """SELECT r.id FROM reservations r
WHERE (r.state = 'requested' OR r.state = 'confirmed' AND r.adults_asked IS NOT NULL)
  AND r.hold_until > $1 AND r.hold_until <= $1 + $2::interval
  AND ($3::int IS NULL OR r.id = $3)
  AND NOT EXISTS (SELECT 1 FROM approvals ap
                  WHERE ap.reservation = r.id AND ap.created_at >= r.hold_until - $2::interval)
ORDER BY r.hold_until, r.id LIMIT 200"""
TELL_TEACHER = f"""INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
SELECT 'approval_reminder', a.email, a.name, r.id,
  'approval_reminder:' || r.id || ':' || to_char(r.hold_until, 'YYYYMMDDHH24MI') || ':' || a.id, $2, $2
FROM reservations r, {college_hears("r.school", "r.booked_by")} WHERE r.id = $1
ON CONFLICT (once) DO NOTHING"""  # noqa: S608 - constants only


async def remind_principals(*, new_token: Callable[[], str], now: datetime) -> int:
    """Send a new link to each principal who has not answered, and tell the teacher; returns how many demands were due.

    The link sent before is void. Each demand has a transaction of its own; several workers may run it at once.
    """
    due = await rows(DUE, now, REMINDED_BEFORE, None)
    return sum([await _remind(one["id"], token=new_token(), now=now) for one in due])


async def _remind(reservation: int, *, token: str, now: datetime) -> bool:
    async with transaction():
        await standing(reservation)
        if await value(DUE, now, REMINDED_BEFORE, reservation) is None:
            return False
        await rows(TELL_TEACHER, reservation, now)
        try:
            await ask_approval(reservation, token=token, now=now)
        except (NoPrincipal, PrincipalTeaches):
            # The collège took the address away, or its teacher has it: the teacher alone is told.
            return True
        return True
