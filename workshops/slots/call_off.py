"""A visit that will not take place."""

from __future__ import annotations

from workshops.acts import Act
from workshops.acts.health import says_of_pupil
from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.slots.acts import Reason
from workshops.slots.limits import REASON_INSTEAD
from workshops.slots.lock import LockedSlot, lock_slot

CALL_OFF = """
UPDATE slots SET state = 'called_off', reason = $2, seats_taken = 0, groups_taken = 0, company_places_taken = 0,
  version = version + 1
WHERE id = $1
"""
# $1 the slots, $2 what stands there then, $3 the reasons that nobody wrote.
FORGET_REASONS = """
UPDATE slots SET reason = CASE state WHEN 'called_off' THEN $2 ELSE '' END
WHERE id = ANY ($1::int[]) AND reason <> '' AND reason <> ALL ($3::text[]) RETURNING id
"""


class CallOffSlot(Act, frozen=True, kw_only=True):
    """Why nobody is received: groups and companies read it."""

    reason: Reason


async def call_off_slot(slot: int, asked: CallOffSlot, *, school: int) -> LockedSlot:
    """The lycée receives nobody at this slot, says why, and all its places are given back; its room is free again.

    Returns the slot as it was. Raises Invalid, NotFound, SlotDone, SlotCalledOff.
    """
    if personal := says_of_pupil("Raison", asked.reason, instead=REASON_INSTEAD):
        raise Invalid({"reason": personal})
    async with transaction():
        was = await lock_slot(slot, school=school)
        await rows(CALL_OFF, slot, asked.reason)
        return was
