"""Reserving a slot for a group: seats, badges, mails and journal in one statement, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg.exceptions import IntegrityConstraintViolationError

from booking.badges.rules import issue_rows
from booking.reservations.queries import already_asked, seats_of
from booking.reservations.rules import (
    GroupBusy,
    KeyReused,
    SlotFull,
    print_of,
    refuse_booking,
    refuse_headcount,
)
from workshops.database import value
from workshops.refusals import NotFound, Refusal

BUSY = frozenset({"reservations_group_free", "reservations_one_live"})

# The UPDATE takes the seats only if they are still there; every other part hangs on the row that it returns.
BOOK = """
WITH taken AS (
  UPDATE slots SET seats_taken = seats_taken + $3, groups_taken = groups_taken + 1, groups_ever = groups_ever + 1
  WHERE id = $1 AND state = 'open' AND booking_closes_at > $9
    AND seats_taken + $3 <= seats AND groups_taken < groups_max
  RETURNING id, school, starts_at, ends_at, groups_ever
), made AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, mark,
    starts_at, ends_at, idempotency_key, asked, badge_salt, created_at, changed_at)
  SELECT $8, 0, taken.id, $2, $6, $7, 'confirmed', $3, $4, $5, (taken.groups_ever - 1) % 6,
    taken.starts_at, taken.ends_at, $10, $11, $12, $9, $9 FROM taken
  RETURNING id
), badged AS (
  INSERT INTO badges (reservation, kind, number, token_hash, short_code)
  SELECT made.id, 'pupil', issued.number, issued.token_hash, issued.short_code
  FROM made, unnest($13::bytea[], $14::varchar[]) WITH ORDINALITY AS issued (token_hash, short_code, number)
), told AS (
  INSERT INTO notices (kind, to_email, to_name, about, once, created_at, next_try_at)
  SELECT 'reservation_confirmed', a.email, a.name, made.id, 'reservation_confirmed:' || made.id || ':0:' || a.id, $9, $9
  FROM made, accounts a WHERE a.id = $7
  UNION ALL
  SELECT 'reservation_received', a.email, a.name, made.id, 'reservation_received:' || made.id || ':0:' || a.id, $9, $9
  FROM made, taken, memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE m.school = taken.school AND m.role = 'host'
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $9, $7, 'reservation_booked', 'reservation', made.id, $3 || ' élèves' FROM made
)
SELECT id FROM made
"""


@dataclass(frozen=True)
class Booked:
    """What the teacher obtained; `repeated` when the same demand had already been granted."""

    id: int
    state: str
    uid: str
    sequence: int
    repeated: bool = False


async def book(
    *,
    slot: int,
    group: int,
    pupils: int,
    adults: int,
    needs: str = "",
    school: int,
    by: int,
    uid: str,
    badge_salt: UUID,
    secret_key: str,
    now: datetime,
    key: str | None = None,
) -> Booked:
    """Reserve a slot for a group of the teacher's own collège.

    `uid` is the calendar UID for the visit's whole life, `badge_salt` makes its badges, `key` is the Idempotency-Key:
    asking again under it gives the first answer. Raises NotFound, Invalid, KeyReused, HostClosed, TooLate, WrongLevel,
    GroupBusy, SlotFull; nothing is written then.
    """
    refuse_headcount(pupils, adults)
    asked = print_of(slot, group, pupils, adults, needs)
    seen = await seats_of(slot, group, school=school)
    if seen is None:
        raise NotFound()
    try:
        refuse_booking(seen, pupils=pupils, now=now)
        token_hashes, short_codes = issue_rows(secret_key, badge_salt, "pupil", range(1, pupils + 1))
        made = await value(
            BOOK,
            *(slot, group, pupils, adults, needs, school, by, uid, now, key, asked, badge_salt),
            *(token_hashes, short_codes),
        )
    except (Refusal, IntegrityConstraintViolationError) as no:
        # The repeat of a granted demand collides with itself: the group is busy, the slot is full of it, or its key
        # is taken. Asked only now, so that a first demand costs no statement for it.
        if key is not None and (before := await _granted_before(by, key, asked)) is not None:
            return before
        if isinstance(no, Refusal) or no.constraint_name not in BUSY:
            raise
        raise GroupBusy() from None
    if made is None:
        # Somebody else was faster between the reading and the writing: say why, as things stand now.
        if key is not None and (before := await _granted_before(by, key, asked)) is not None:
            return before
        seen = await seats_of(slot, group, school=school)
        if seen is not None:
            refuse_booking(seen, pupils=pupils, now=now)
        raise SlotFull()
    return Booked(id=made, state="confirmed", uid=uid, sequence=0)


async def _granted_before(account: int, key: str, asked: str) -> Booked | None:
    before = await already_asked(account, key)
    if before is None:
        return None
    if before.asked != asked:
        raise KeyReused()
    return Booked(id=before.id, state=before.state, uid=before.uid, sequence=before.sequence, repeated=True)
