"""A visit that will not take place."""

from __future__ import annotations

from workshops.database import rows, transaction
from workshops.refusals import Invalid
from workshops.slots.limits import REASON_INSTEAD, REASON_MOST
from workshops.slots.lock import LockedSlot, lock_slot
from workshops.typed_text.health import says_of_pupil

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


async def call_off_slot(slot: int, *, reason: str, host_school: int) -> LockedSlot:
    """The lycée receives nobody at this slot, says why, and all its places are given back; its room is free again.

    Returns the slot as it was. Raises Invalid, NotFound, SlotDone, SlotCalledOff.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid({"reason": "Dites pourquoi en quelques mots : les groupes et les entreprises le liront."})
    if len(reason) > REASON_MOST:
        raise Invalid({"reason": f"Dites pourquoi en {REASON_MOST} caractères au plus."})
    if told := says_of_pupil("Raison", reason, instead=REASON_INSTEAD):
        raise Invalid({"reason": told})
    async with transaction():
        was = await lock_slot(slot, host_school=host_school)
        await rows(CALL_OFF, slot, reason)
        return was
