"""Ending a reservation before the visit: by the teacher, or by the lycée that cannot receive."""

from __future__ import annotations

from datetime import datetime

from booking.reservations.rules import NotNow, becomes, is_late
from workshops.database import row, value
from workshops.refusals import Invalid, NotFound

ACT_OF = {"teacher": "cancel", "host": "decline"}

STANDS = """SELECT r.state, r.starts_at FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.id = $1 AND (($3 = 'teacher' AND r.school = $2) OR ($3 = 'host' AND sl.school = $2))"""

# The seats go back in the statement that ends the reservation: they are never lost, never given twice.
CANCEL = """
WITH ended AS (
  UPDATE reservations SET state = $3, sequence = sequence + 1, late = $4, reason = $5, changed_at = $7
  WHERE id = $1 AND state = $2
  RETURNING id, slot, pupils, sequence, booked_by
), freed AS (
  UPDATE slots SET seats_taken = seats_taken - ended.pupils, groups_taken = groups_taken - 1
  FROM ended WHERE slots.id = ended.slot RETURNING slots.school
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT 'reservation_cancelled', a.email, a.name, ended.id,
         'reservation_cancelled:' || ended.id || ':' || ended.sequence || ':' || a.id, $7, $7
  FROM ended JOIN accounts a ON a.id = ended.booked_by
  UNION ALL
  SELECT 'reservation_cancelled_host', a.email, a.name, ended.id,
         'reservation_cancelled_host:' || ended.id || ':' || ended.sequence || ':' || a.id, $7, $7
  FROM ended, freed, memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE m.school = freed.school AND m.role = 'host'
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $7, $6, 'reservation_' || $3, 'reservation', ended.id, '' FROM ended
)
SELECT id FROM ended
"""


async def cancel(reservation: int, *, reason: str, role: str, school: int, by: int, now: datetime) -> str:
    """End a reservation before its visit and give the seats back; returns its new state.

    `role` teacher: of the collège that goes; host: of the lycée that receives, who must say why.
    Raises NotFound, Invalid, NotNow.
    """
    reason = " ".join(reason.split())[:300]
    stands = await row(STANDS, reservation, school, role)
    if stands is None:
        raise NotFound()
    ends_as = becomes(stands["state"], ACT_OF[role], role=role, starts_at=stands["starts_at"], now=now)
    late = is_late(stands["starts_at"], now=now)
    if not reason and (late or role == "host"):
        raise Invalid({"reason": "Dites pourquoi en quelques mots : l'autre établissement le lira."})
    if await value(CANCEL, reservation, stands["state"], ends_as, late, reason, by, now) is None:
        raise NotNow()
    return ends_as
