"""Who was invited under a UID, and who has answered that she does not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.replies.rules import Answer, Invited
from workshops.database import row, rows

# Those whom our mails invite: who reserved or announced, and who receives at the lycée.
INVITED = """
SELECT r.id AS reservation, NULL::int AS attendance, a.id AS account, r.state, r.sequence,
  p.sequence AS answered_sequence, p.answered_at
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN accounts a ON a.email = $2
LEFT JOIN replies p ON p.reservation = r.id AND p.account = a.id
WHERE r.uid = $1 AND (a.id = r.booked_by OR EXISTS (
  SELECT 1 FROM memberships m WHERE m.account = a.id AND m.school = sl.school AND m.role = 'host'))
UNION ALL
SELECT NULL, t.id, a.id, t.state, t.sequence, p.sequence, p.answered_at
FROM attendances t JOIN accounts a ON a.email = $2 AND a.id = t.announced_by
LEFT JOIN replies p ON p.attendance = t.id AND p.account = a.id
WHERE t.uid = $1
"""
# An answer to an older version of the entry says nothing about this one.
_DECLINED = """
SELECT p.reservation, p.attendance, p.account, a.name, p.answered_at, coalesce(r.slot, t.slot) AS slot,
  CASE WHEN t.id IS NOT NULL THEN 'company' WHEN p.account = r.booked_by THEN 'teacher' ELSE 'host' END AS role
FROM replies p JOIN accounts a ON a.id = p.account
LEFT JOIN reservations r ON r.id = p.reservation LEFT JOIN attendances t ON t.id = p.attendance
WHERE p.answer = 'DECLINED' AND p.sequence >= coalesce(r.sequence, t.sequence)
  AND coalesce(r.state, t.state) IN ('confirmed', 'locked', 'announced')
"""
DECLINED_OF_RESERVATION = _DECLINED + " AND p.reservation = $1 ORDER BY p.id"
DECLINED_OF_SLOT = (
    _DECLINED  # noqa: S608 - constants only
    + """ AND (p.reservation IN (SELECT id FROM reservations WHERE slot = $1)
  OR p.attendance IN (SELECT id FROM attendances WHERE slot = $1)) ORDER BY p.id"""
)


@dataclass(frozen=True)
class Declined:
    """Somebody's agenda says that she does not come: to be asked about, nothing has been cancelled.

    `role` is teacher, host or company; `reservation` or `attendance` is what was declined.
    """

    reservation: int | None
    attendance: int | None
    slot: int
    account: int
    name: str
    role: str
    answered_at: datetime


@dataclass(frozen=True)
class Known:
    """An invited person with the rows that she answers."""

    reservation: int | None
    attendance: int | None
    account: int
    invited: Invited


async def known(answer: Answer) -> Known | None:
    """The invited person who may have sent this answer; None when nobody at this address was invited to this."""
    found = await row(INVITED, answer.uid, answer.email)
    if found is None:
        return None
    return Known(
        reservation=found["reservation"],
        attendance=found["attendance"],
        account=found["account"],
        invited=Invited(found["state"], found["sequence"], found["answered_sequence"], found["answered_at"]),
    )


async def declined_of_reservation(reservation: int) -> list[Declined]:
    """Who has declined a visit, for its page."""
    return [Declined(**dict(one)) for one in await rows(DECLINED_OF_RESERVATION, reservation)]


async def declined_of_slot(slot: int) -> list[Declined]:
    """Who has declined at a slot: teachers, companies and the lycée's own hosts, for the host's page."""
    return [Declined(**dict(one)) for one in await rows(DECLINED_OF_SLOT, slot)]
