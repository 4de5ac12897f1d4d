"""Carrying out an act of the table on one reservation: its state, its seats, its mails and its journal line at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asyncpg import Record

from booking.accounts.who_hears import college_hears, lycee_hears
from booking.reservations.promote import promote, promote_next_choice
from booking.reservations.states import ENDED, HOLDS_SEATS, NotNow, Transition, transition_of
from workshops.database import row, transaction
from workshops.refusals import NotFound
from workshops.slots.queries import DEADLINES, deadlines_in
from workshops.slots.rules import Deadlines

# The slot's row is the one lock of a slot's reservations: it is taken first by every act, so acts never cross.
LOCK_SLOT_OF = """SELECT sl.id FROM slots sl
WHERE sl.id = (SELECT slot FROM reservations WHERE id = $1) FOR NO KEY UPDATE"""
STANDS = f"""SELECT r.id, r.slot, r.state, r.school, r.pupils, r.adults, r.booked_by, r.wish, r.hold_until,
  sl.school AS host, {DEADLINES} FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.id = $1"""  # noqa: S608 - constants only
# Closing the list changes nothing in an agenda and nobody is told: the entry keeps its SEQUENCE, so that an answer
# to it still counts. First names were written for this visit alone: they do not outlive it.
CHANGE = f"""
WITH changed AS (
  UPDATE reservations SET state = $3, sequence = sequence + CASE WHEN $3::varchar = 'locked' THEN 0 ELSE 1 END,
    late = $4, reason = $5, changed_at = $6, hold_until = $7, offer_salt = NULL, visa_note = coalesce($8, visa_note),
    confirmed_at = CASE WHEN $3::varchar = 'confirmed' THEN coalesce(confirmed_at, $6) ELSE confirmed_at END
  WHERE id = $1 AND state = $2 RETURNING id, slot, school, pupils, sequence, booked_by
), seated AS (
  UPDATE slots SET seats_taken = seats_taken + $9 * changed.pupils, groups_taken = groups_taken + $9
  FROM changed WHERE slots.id = changed.slot RETURNING slots.school
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $6, $6
  FROM changed CROSS JOIN unnest($11::varchar[]) AS t (kind)
  CROSS JOIN {college_hears("changed.school", "changed.booked_by")}
  UNION ALL
  SELECT t.kind, a.email, a.name, changed.id,
         t.kind || ':' || changed.id || ':' || changed.sequence || ':' || a.id, $6, $6
  FROM changed CROSS JOIN seated CROSS JOIN unnest($12::varchar[]) AS t (kind)
  CROSS JOIN {lycee_hears("seated.school")}
  ON CONFLICT (once) DO NOTHING
), nameless AS (
  UPDATE badges b SET first_name = '' FROM changed WHERE $14 AND b.reservation = changed.id AND b.first_name <> ''
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $6, $10, 'reservation_' || $13, 'reservation', changed.id, $3 FROM changed
)
SELECT id, slot, sequence FROM changed
"""  # noqa: S608 - constants only
TO_HOSTS = frozenset(
    {"reservation_received", "reservation_cancelled_host", "reservation_moved_host", "headcount_changed_host"}
)


@dataclass(frozen=True)
class Standing:
    """A reservation under its slot's lock."""

    id: int
    slot: int
    state: str
    deadlines: Deadlines
    school: int
    host: int
    pupils: int
    adults: int
    booked_by: int | None
    wish: object
    hold_until: datetime | None


async def standing(reservation: int) -> Standing:
    """Lock the slot of a reservation, then read it; inside the caller's transaction. Raises NotFound."""
    for _ in range(3):
        slot = await row(LOCK_SLOT_OF, reservation)
        found = await row(STANDS, reservation)
        if slot is None or found is None:
            raise NotFound()
        if found["slot"] == slot["id"]:
            return stood(found)
        # It was moved while we waited for its former slot: lock the one it stands in now.
    raise NotNow()


def stood(found: Record) -> Standing:
    """What `STANDS` read."""
    facts = dict(found)
    return Standing(deadlines=deadlines_in(facts), **facts)


async def carry_out(
    act: str,
    stands: Standing,
    *,
    role: str,
    by: int | None,
    now: datetime,
    late: bool = False,
    reason: str = "",
    hold_until: datetime | None = None,
    visa_note: str | None = None,
    instead: str | None = None,
) -> Transition:
    """Do what the table says of this act, on a reservation that is locked by `standing`, then offer freed seats.

    A choice of a wish that is lost leads to the next one, in the same act.

    `instead` is another state to reach than the table's own. Raises NotNow, HeadcountLocked, ListLocked.
    """
    line = transition_of(stands.state, act, role=role, deadlines=stands.deadlines, now=now)
    becomes = instead or line.becomes or stands.state
    seats = (becomes in HOLDS_SEATS) - (stands.state in HOLDS_SEATS)
    if becomes in {"attended", "no_show"}:
        seats = 0
    tells = line.tells if instead is None else ()
    to_hosts = [kind for kind in tells if kind in TO_HOSTS]
    to_teacher = [kind for kind in tells if kind not in TO_HOSTS]
    async with transaction():
        done = await row(
            CHANGE,
            *(stands.id, stands.state, becomes, late, reason, now, hold_until, visa_note),
            *(seats, by, to_teacher, to_hosts, act, becomes in ENDED),
        )
        if done is None:
            raise NotNow()
        if seats < 0:
            await promote(stands.slot, now=now)
            # Choices that are released are all given up: none of them is the next.
            if stands.wish is not None and act != "release":
                await promote_next_choice(stands.wish, now=now)
    return line
