"""Who was invited under a UID, and who has answered that she does not come."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.calendar.replies.rules import AWAITED, InvitedPerson
from booking.visits.hosting.rules import HostToDo, Kind
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.programmes.ptech.rules import ActionState
from workshops.slots.rules import TO_COME_SQL
from workshops.sql_sets import sql_set

# Those whom our mails invite: who reserved or stands in, who announced, who receives at the lycée, both sides of an
# action.
INVITED = """
SELECT 'reservation' AS kind, r.id AS about, a.id AS account, a.name, r.state, r.sequence,
  p.sequence AS answered_sequence, p.answered_at
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN accounts a ON a.email = $2
LEFT JOIN replies p ON p.reservation = r.id AND p.account = a.id
WHERE r.uid = $1 AND (a.id = r.booked_by OR EXISTS (SELECT 1 FROM memberships m WHERE m.account = a.id
  AND (m.school = sl.school AND m.role = 'host' OR m.school = r.school AND m.role = 'teacher')))
UNION ALL
SELECT 'attendance', t.id, a.id, a.name, t.state, t.sequence, p.sequence, p.answered_at
FROM attendances t JOIN accounts a ON a.email = $2 AND a.id = t.announced_by
LEFT JOIN replies p ON p.attendance = t.id AND p.account = a.id
WHERE t.uid = $1
UNION ALL
SELECT 'action', m.id, a.id, a.name, m.state, m.sequence, p.sequence, p.answered_at
FROM mentoring_actions m JOIN ptech_cohorts c ON c.id = m.cohort JOIN ptech_schemes s ON s.id = c.scheme
JOIN accounts a ON a.email = $2 AND a.disabled_at IS NULL LEFT JOIN replies p ON p.action = m.id AND p.account = a.id
WHERE m.uid = $1 AND EXISTS (SELECT 1 FROM memberships o WHERE o.account = a.id
  AND (o.school = s.school AND o.role = 'host' OR o.company = m.company AND o.role = 'company'))
"""
# Of visits and comings: mentoring actions are asked for below.
_AWAITED = sql_set(AWAITED - {ActionState.PLANNED})
# An answer to an older version of the entry says nothing about this one.
_DECLINED = f"""
SELECT p.reservation, p.attendance, p.account, a.name, p.comment, p.answered_at, coalesce(r.slot, t.slot) AS slot,
  CASE WHEN t.id IS NOT NULL THEN 'company' WHEN p.account = r.booked_by OR EXISTS (SELECT 1 FROM memberships m
    WHERE m.account = p.account AND m.school = r.school AND m.role = 'teacher') THEN 'teacher' ELSE 'host' END AS role
FROM replies p JOIN accounts a ON a.id = p.account
LEFT JOIN reservations r ON r.id = p.reservation LEFT JOIN attendances t ON t.id = p.attendance
WHERE p.answer = 'DECLINED' AND p.sequence >= coalesce(r.sequence, t.sequence)
  AND coalesce(r.state, t.state) IN {_AWAITED}
"""  # noqa: S608 - constants only
DECLINED_OF_RESERVATION = _DECLINED + " AND p.reservation = $1 ORDER BY p.id"
DECLINED_OF_SLOT = (
    _DECLINED  # noqa: S608 - constants only
    + """ AND (p.reservation IN (SELECT id FROM reservations WHERE slot = $1)
  OR p.attendance IN (SELECT id FROM attendances WHERE slot = $1)) ORDER BY p.id"""
)
DECLINED_AT = f"""
SELECT d.slot AS about, w.title, sl.starts_at, array_agg(DISTINCT d.name ORDER BY d.name) AS names
FROM ({_DECLINED}) d JOIN slots sl ON sl.id = d.slot JOIN workshops w ON w.id = sl.workshop
WHERE sl.school = $1 AND sl.starts_at > $2 AND sl.state IN {TO_COME_SQL}
GROUP BY d.slot, w.title, sl.starts_at ORDER BY sl.starts_at, d.slot
"""  # noqa: S608 - constants only
DECLINED_ACTIONS_AT = """
SELECT m.id AS about, m.title, m.starts_at, array_agg(DISTINCT a.name ORDER BY a.name) AS names
FROM ptech_schemes s JOIN ptech_cohorts c ON c.scheme = s.id JOIN mentoring_actions m ON m.cohort = c.id
JOIN replies p ON p.action = m.id JOIN accounts a ON a.id = p.account
WHERE s.school = $1 AND m.starts_at > $2 AND m.state = 'planned' AND p.answer = 'DECLINED' AND p.sequence >= m.sequence
GROUP BY m.id ORDER BY m.starts_at, m.id
"""
AHEAD: tuple[tuple[Kind, str], ...] = (("ask_declined", DECLINED_AT), ("ask_action", DECLINED_ACTIONS_AT))
# $1 the cohort, $2 the company that asks, or null: it reads of its own actions, and no name of the lycée's people.
DECLINED_OF_COHORT = """
SELECT m.id AS action, told.side, CASE WHEN told.side = 'host' AND $2::int IS NOT NULL THEN '' ELSE a.name END AS name,
  p.comment
FROM replies p JOIN mentoring_actions m ON m.id = p.action JOIN accounts a ON a.id = p.account
CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.account = a.id AND o.role = 'company'
  AND o.company = m.company) THEN 'company' ELSE 'host' END AS side) told
WHERE m.cohort = $1 AND m.company IS NOT DISTINCT FROM coalesce($2::int, m.company)
  AND p.answer = 'DECLINED' AND p.sequence >= m.sequence AND m.state = 'planned' ORDER BY p.id
"""


class Declined(Struct, frozen=True):
    """Somebody's agenda says that she does not come: to be asked about, nothing has been cancelled.

    `role` is teacher, host or company; `reservation` or `attendance` is what was declined.
    """

    reservation: int | None
    attendance: int | None
    slot: int
    account: int
    name: str
    comment: str
    role: str
    answered_at: datetime


class DeclinedAction(Struct, frozen=True):
    """Somebody's agenda says that she is not at a mentoring action. `side` is host or company; no `name` across."""

    action: int
    side: str
    name: str
    comment: str


class KnownInvited(Struct, frozen=True):
    """An invited person with what she answers: `kind` is reservation, attendance or action, `about` its number."""

    kind: str
    about: int
    account: int
    name: str
    invited: InvitedPerson


async def known(uid: str, email: str) -> KnownInvited | None:
    """The invited person who may have answered; None when nobody at this address was invited to this."""
    return await row_as(KnownInvited, INVITED, uid, email)


async def declined_of_reservation(reservation: int) -> list[Declined]:
    """Who has declined a visit, for its page."""
    return await rows_as(Declined, DECLINED_OF_RESERVATION, reservation)


async def declined_of_slot(slot: int) -> list[Declined]:
    """Who has declined at a slot: teachers, companies and the lycée's own hosts, for the host's page."""
    return await rows_as(Declined, DECLINED_OF_SLOT, slot)


async def declined_at(school: int, *, now: datetime) -> list[HostToDo]:
    """Whom a lycée has to ask, because their agendas said no to its slots and its mentoring actions to come."""
    return [
        HostToDo(
            kind=kind,
            about=one["about"],
            title=one["title"],
            at=one["starts_at"],
            who=tuple(one["names"]),
            count=len(one["names"]),
        )
        for kind, asked in AHEAD
        for one in await rows(asked, school, now)
    ]


async def declined_of_cohort(cohort: int, *, company: int | None = None) -> list[DeclinedAction]:
    """Who has declined a planned action of a cohort; with `company`, one that this company leads."""
    return await rows_as(DeclinedAction, DECLINED_OF_COHORT, cohort, company)
