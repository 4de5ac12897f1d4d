"""Calling a slot off: every visit and every coming ends with it, and everyone is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.outbox.journal.write import write
from booking.visits.reservations.tell_principals import tell_principals
from booking.visits.slot_changes.queries import pupils_are_here
from booking.visits.slot_changes.rules import (
    PupilsAreHere,
    Touched,
    states_that,
    told_to_principals,
    words_to_companies,
    words_to_groups,
)
from booking.visits.slot_changes.tell import tell
from workshops.database import transaction
from workshops.shapes import rows_as
from workshops.slots.call_off import call_off_slot

END = """
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($2::varchar[])
), ended AS (
  UPDATE reservations r SET state = 'called_off', sequence = r.sequence + 1, reason = $3, changed_at = $4,
    hold_until = NULL, offer_salt = NULL
  FROM was WHERE r.id = was.id RETURNING r.id, was.state, r.sequence, r.replaces
), on_their_own AS (
  UPDATE reservations r SET replaces = NULL FROM ended
  WHERE r.replaces = ended.id AND r.state = 'requested' AND r.slot <> $1
), nameless AS (
  UPDATE badges b SET first_name = '' FROM ended WHERE b.reservation = ended.id AND b.first_name <> ''
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $4, $5, 'reservation_call_off', 'reservation', id, 'called_off' FROM ended
)
SELECT * FROM ended ORDER BY id
"""
END_COMPANIES = """
WITH ended AS (
  UPDATE attendances SET state = 'called_off', sequence = sequence + 1
  WHERE slot = $1 AND state IN ('asked', 'announced')
  RETURNING id, 'announced' AS state, sequence
), noted AS (
  INSERT INTO journal (at, account, act, about_kind, about, detail)
  SELECT $2, $3, 'attendance_call_off', 'attendance', id, '' FROM ended
)
SELECT * FROM ended ORDER BY id
"""


@dataclass(frozen=True)
class CallOffDone:
    """How many groups and companies no longer come."""

    groups: int
    companies: int


async def call_off(slot: int, *, reason: str, host_school: int, by: int, now: datetime) -> CallOffDone:
    """The lycée receives nobody at this slot: reservations, waits and comings end, all places are given back.

    Teachers, companies and the lycée's hosts are told, with the reason. Raises Invalid, NotFound, SlotDone,
    SlotCalledOff, PupilsAreHere once a badge was scanned.
    """
    reason = " ".join(reason.split())
    async with transaction():
        await call_off_slot(slot, reason=reason, host_school=host_school)
        if await pupils_are_here(slot):
            raise PupilsAreHere()
        groups = await rows_as(Touched, END, slot, states_that("call_off"), reason, now, by)
        companies = await rows_as(Touched, END_COMPANIES, slot, now, by)
        words = [*words_to_groups("call_off", groups), *words_to_companies("slot_called_off_company", companies)]
        await tell(words, host_school=host_school, now=now)
        for kind, visits in told_to_principals("call_off", groups).items():
            await tell_principals(kind, visits, now=now)
        detail = f"{len(groups)} groupes, {len(companies)} entreprises"
        await write("slot_called_off", account=by, about_kind="slot", about=slot, detail=detail, now=now)
        return CallOffDone(len(groups), len(companies))
