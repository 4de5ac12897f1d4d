"""Calling a slot off: every visit and every coming ends with it, and everyone is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.visits.attendance.change import CALLED_OFF as COMINGS_CALLED_OFF
from booking.visits.badge_codes.issue import names_forgotten
from booking.visits.reservations.carry_out import CALLED_OFF, LEFT_ON_THEIR_OWN
from booking.visits.slot_changes.queries import pupils_are_here
from booking.visits.slot_changes.rules import PupilsAreHere, states_that
from workshops.database import transaction, value
from workshops.events.record import record, recorded
from workshops.slots.call_off import call_off_slot

END = f"""
WITH was AS (
  SELECT id, state FROM reservations WHERE slot = $1 AND state = ANY ($2::varchar[])
), ended AS (
  {CALLED_OFF}
), on_their_own AS (
  {LEFT_ON_THEIR_OWN}
), nameless AS (
  {names_forgotten("ended")}
), {
    recorded(
        "ended ORDER BY ended.id",
        at="$4",
        by="$5",
        about_kind="'reservation'",
        about="ended.id",
        sequence="ended.sequence",
        was="ended.was",
        state="'called_off'",
        act="CASE WHEN ended.replaces IS NULL THEN 'reservation' ELSE 'change' END || '_call_off'",
    )
}
SELECT count(*) FROM ended
"""  # noqa: S608 - constants only
END_COMPANIES = f"""
WITH was AS (
  SELECT id, state FROM attendances WHERE slot = $1 AND state IN ('asked', 'announced')
), ended AS (
  {COMINGS_CALLED_OFF}
), {
    recorded(
        "ended ORDER BY ended.id",
        at="$2",
        by="$3",
        act="'attendance_call_off'",
        about_kind="'attendance'",
        about="ended.id",
        sequence="ended.sequence",
        was="ended.was",
        state="'called_off'",
    )
}
SELECT count(*) FROM ended
"""  # noqa: S608 - constants only


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
        groups: int = await value(END, slot, states_that("call_off"), reason, now, by)
        companies: int = await value(END_COMPANIES, slot, now, by)
        detail = f"{groups} groupes, {companies} entreprises"
        await record("slot_called_off", by=by, about_kind="slot", about=slot, detail=detail, now=now)
        return CallOffDone(groups, companies)
