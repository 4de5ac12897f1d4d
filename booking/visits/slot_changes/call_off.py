"""Calling a slot off: every visit and every coming ends with it, and everyone is told once.

Of a class in two halves that waits, or is offered its places, the half that stands in another slot ends as well.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from booking.visits.attendance.change import CALLED_OFF as COMINGS_CALLED_OFF
from booking.visits.attendance.rules import LIVE_COMINGS_SQL
from booking.visits.badge_codes.issue import names_forgotten
from booking.visits.reservation_states import BOTH_OR_NONE_SQL
from booking.visits.reservations.transition import CALLED_OFF, LEFT_ON_THEIR_OWN, standing, transition
from booking.visits.slot_changes.queries import pupils_are_here
from booking.visits.slot_changes.rules import READERS_OF, PupilsAreHere, states_that
from workshops.database import rows, transaction, value
from workshops.database.retry import retried
from workshops.events.record import record, recorded_of
from workshops.slots.call_off import CallOffSlot, call_off_slot

_READERS = READERS_OF.format(one="ended")
# $6: those whom the mail of another slot tells.
ACT = f"""CASE WHEN ended.replaces IS NOT NULL THEN 'change_call_off'
  WHEN {_READERS} = ANY ($6::text[]) THEN 'reservation_call_off_also' ELSE 'reservation_call_off' END"""
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
    recorded_of(
        "reservation", "ended ORDER BY ended.id", at="$4", by="$5", was="ended.was", state="'called_off'", act=ACT
    )
}
SELECT CASE WHEN ended.replaces IS NULL THEN {_READERS} ELSE '' END AS readers FROM ended
"""  # noqa: S608 - constants only
END_COMPANIES = f"""
WITH was AS (
  SELECT id, state FROM attendances WHERE slot = $1 AND state IN {LIVE_COMINGS_SQL}
), ended AS (
  {COMINGS_CALLED_OFF}
), {
    recorded_of(
        "attendance",
        "ended ORDER BY ended.id",
        at="$2",
        by="$3",
        act="'attendance_call_off'",
        was="ended.was",
        state="'called_off'",
    )
}
SELECT count(*) FROM ended
"""  # noqa: S608 - constants only


_OTHER_HALF = f"""reservations here JOIN reservations other ON other.demand = here.demand AND other.line = here.line
    AND other.half <> here.half AND other.slot <> here.slot AND other.state IN {BOTH_OR_NONE_SQL}
  WHERE here.slot = $1"""
# Theirs with it, in the order of their numbers.
LOCK_ALL = f"""SELECT id FROM slots WHERE id = $1 OR id IN (SELECT other.slot FROM {_OTHER_HALF})
ORDER BY id FOR UPDATE"""  # noqa: S608 - constants only
OTHER_HALVES = f"SELECT other.id FROM {_OTHER_HALF} AND here.state = 'called_off' ORDER BY other.id"  # noqa: S608


class CallOffDone(Struct, frozen=True):
    """How many groups and companies no longer come; `told`: whom a mail tells."""

    groups: int
    companies: int
    told: frozenset[str] = frozenset()


@retried
async def call_off(
    slot: int, asked: CallOffSlot, *, school: int, by: int, now: datetime, told: Collection[str] = ()
) -> CallOffDone:
    """The lycée receives nobody at this slot: reservations, waits and comings end, all places are given back.

    Teachers, companies and the lycée's hosts are told, with the reason; those in `told` by the mail of another slot
    that the same act ends. Raises Invalid, NotFound, SlotDone, SlotCalledOff, PupilsAreHere once a badge was scanned.
    """
    async with transaction():
        await rows(LOCK_ALL, slot)
        await call_off_slot(slot, asked, school=school)
        if await pupils_are_here(slot):
            raise PupilsAreHere()
        ended = await rows(END, slot, states_that("call_off"), asked.reason, now, by, list(told))
        for other in await rows(OTHER_HALVES, slot):
            half = await standing(other["id"])
            await transition("call_off", half, role="slot", by=by, reason=asked.reason, now=now, told=False)
        readers = [one["readers"] for one in ended]
        companies: int = await value(END_COMPANIES, slot, now, by)
        detail = f"{len(readers)} groupes, {companies} entreprises"
        await record("slot_called_off", by=by, about_kind="slot", about=slot, detail=detail, now=now)
        return CallOffDone(len(readers), companies, frozenset(readers) - {""})
