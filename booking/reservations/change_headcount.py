"""More pupils or fewer, while the lycée can still prepare for it."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.who_hears import college_hears, lycee_hears
from booking.badge_codes.issue import issue_up_to
from booking.reservations.carry_out import TO_HOSTS, standing
from booking.reservations.promote import promote
from booking.reservations.rules import GroupTooBig, SlotFull, refuse_headcount
from booking.reservations.states import HOLDS_SEATS, transition_of
from workshops.crossings import retried
from workshops.database import row, transaction, value
from workshops.refusals import NotFound

RESEAT = """UPDATE slots SET seats_taken = seats_taken + $2 WHERE id = $1 AND seats_taken + $2 <= seats RETURNING id"""
FREE = "SELECT seats - seats_taken FROM slots WHERE id = $1"
SEATS = "SELECT seats FROM slots WHERE id = $1"
CHANGE = f"""
WITH changed AS (
  UPDATE reservations SET pupils = $2, adults = $3, sequence = sequence + 1, changed_at = $4
  WHERE id = $1 RETURNING id, slot, school, sequence, booked_by
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $4, $4
  FROM changed CROSS JOIN unnest($6::varchar[]) AS t (kind)
  CROSS JOIN {college_hears("changed.school", "changed.booked_by")}
  UNION ALL
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $4, $4
  FROM changed JOIN slots sl ON sl.id = changed.slot CROSS JOIN unnest($7::varchar[]) AS t (kind)
  CROSS JOIN {lycee_hears("sl.school")}
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $4, $5, 'reservation_headcount', 'reservation', changed.id, $2 || ' élèves, ' || $3 || ' adultes' FROM changed
)
SELECT sequence FROM changed
"""  # noqa: S608 - constants only


@retried
async def change_headcount(
    reservation: int, *, pupils: int, adults: int, school: int, by: int, secret_key: str, now: datetime
) -> int:
    """Come with another number of pupils or adults; returns the new SEQUENCE. Freed seats go to those who wait.

    Raises NotFound, Invalid, HeadcountLocked, NotNow, GroupTooBig, SlotFull.
    """
    refuse_headcount(pupils, adults)
    async with transaction():
        stands = await standing(reservation)
        if stands.school != school:
            raise NotFound()
        line = transition_of(stands.state, "headcount", role="teacher", deadlines=stands.deadlines, now=now)
        held = stands.state in HOLDS_SEATS
        if held and await row(RESEAT, stands.slot, pupils - stands.pupils) is None:
            if pupils > (seats := await value(SEATS, stands.slot)):
                raise GroupTooBig(seats, pupils)
            free = await value(FREE, stands.slot)
            left = f"Il reste {free} place{'s' if free > 1 else ''} sur ce créneau"
            raise SlotFull(f"{left} : venez à {free + stands.pupils} au plus.")
        if not held and pupils > (seats := await value(SEATS, stands.slot)):
            raise GroupTooBig(seats, pupils)
        to_hosts = [kind for kind in line.tells if kind in TO_HOSTS]
        to_teacher = [kind for kind in line.tells if kind not in TO_HOSTS]
        sequence = await value(CHANGE, reservation, pupils, adults, now, by, to_teacher, to_hosts)
        if held:
            await issue_up_to(reservation, pupils=pupils, adults=adults, secret_key=secret_key, now=now)
        if pupils < stands.pupils or not held:
            await promote(stands.slot, now=now)
        return int(sequence)
