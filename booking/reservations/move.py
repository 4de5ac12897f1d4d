"""Moving a visit to another slot: one swap, the same calendar entry; the seats left go to those who wait."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError

from booking.accounts.who_hears import college_hears, lycee_hears
from booking.reservations.approve import ask_approval
from booking.reservations.carry_out import STANDS, stood
from booking.reservations.hold import held_until
from booking.reservations.promote import promote
from booking.reservations.queries import seats_of
from booking.reservations.rules import GroupBusy, SlotFull, refuse_booking
from booking.reservations.states import transition_of
from workshops.crossings import retried
from workshops.database import row, rows, transaction
from workshops.refusals import Invalid, NotFound

# Both slots are locked in the order of their numbers, so that two crossing moves wait instead of deadlocking.
LOCK_BOTH = "SELECT id FROM slots WHERE id = ANY ($1::int[]) ORDER BY id FOR NO KEY UPDATE"
GROUP_OF = 'SELECT "group" FROM reservations WHERE id = $1'
MOVE = f"""
WITH taken AS (
  UPDATE slots SET seats_taken = seats_taken + $4, groups_taken = groups_taken + 1, groups_ever = groups_ever + 1
  WHERE id = $3 AND state = 'open' AND booking_closes_at > $5
    AND seats_taken + $4 <= seats AND groups_taken < groups_max
  RETURNING id, school, starts_at, ends_at, groups_ever
), moved AS (
  UPDATE reservations r SET slot = taken.id, starts_at = taken.starts_at, ends_at = taken.ends_at,
    mark = (taken.groups_ever - 1) % 36, sequence = r.sequence + 1, changed_at = $5, hold_until = $7
  FROM taken WHERE r.id = $1 AND r.slot = $2
  RETURNING r.id, r.school, r.sequence, r.booked_by, r.state
), freed AS (
  UPDATE slots SET seats_taken = seats_taken - $4, groups_taken = groups_taken - 1
  FROM moved WHERE slots.id = $2 RETURNING slots.school
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, also, once, created_at, next_try_at)
  SELECT t.kind, t.email, t.name, t.about, t.also,
         t.kind || ':' || t.about || ':' || t.sequence || ':' || t.account, $5, $5
  FROM (
    SELECT 'reservation_moved' AS kind, a.email, a.name, moved.id AS about, $2::int AS also, moved.sequence,
           a.id AS account
    FROM moved, {college_hears("moved.school", "moved.booked_by")}
    UNION ALL
    SELECT CASE WHEN taken.school = freed.school THEN 'reservation_moved_host' ELSE 'reservation_received' END,
           a.email, a.name, moved.id, CASE WHEN taken.school = freed.school THEN $2 END, moved.sequence, a.id
    FROM moved, taken, freed, {lycee_hears("taken.school")} WHERE moved.state <> 'requested'
    UNION ALL
    SELECT 'reservation_left', a.email, a.name, moved.id, $2, moved.sequence, a.id
    FROM moved, taken, freed, {lycee_hears("freed.school")}
    WHERE freed.school <> taken.school AND moved.state <> 'requested'
  ) t
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $5, $6, 'reservation_moved', 'reservation', moved.id, $2 || ' -> ' || $3 FROM moved
)
SELECT sequence FROM moved
"""  # noqa: S608 - constants only


@retried
async def move(reservation: int, *, to_slot: int, school: int, by: int, token: str, now: datetime) -> int:
    """Take a visit to another slot; it keeps its calendar UID. Returns its new SEQUENCE.

    A principal who has not answered is asked again with the new date, `token` being the link; the former one is void.
    Raises NotFound, Invalid for its own slot, ListLocked, NotNow, and every refusal of a booking.
    """
    async with transaction():
        found = await row(STANDS, reservation)
        if found is None or found["school"] != school:
            raise NotFound()
        if found["slot"] == to_slot:
            raise Invalid({"to_slot": "Cette visite est déjà sur ce créneau. Choisissez-en un autre."})
        await rows(LOCK_BOTH, [found["slot"], to_slot])
        stands = await row(STANDS, reservation)
        if stands is None or stands["slot"] != found["slot"]:
            raise NotFound()
        transition_of(stands["state"], "move", role="teacher", deadlines=stood(stands).deadlines, now=now)
        group = (await rows(GROUP_OF, reservation))[0]["group"]
        seen = await seats_of(to_slot, group, school=school, moving=reservation)
        if seen is None:
            raise NotFound()
        refuse_booking(seen, pupils=stands["pupils"], now=now)
        held = await held_until(seen.deadlines, host=seen.host, now=now) if stands["state"] == "requested" else None
        try:
            moved = await row(MOVE, reservation, stands["slot"], to_slot, stands["pupils"], now, by, held)
        except (ExclusionViolationError, UniqueViolationError):
            raise GroupBusy() from None
        if moved is None:
            raise SlotFull()
        if held is not None:
            await ask_approval(reservation, token=token, now=now)
        await promote(stands["slot"], now=now)
        return int(moved["sequence"])
