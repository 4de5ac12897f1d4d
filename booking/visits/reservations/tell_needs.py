"""Saying again what a group needs to be received, or taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.visits.reservations.rules import may_tell_needs, refuse_needs
from booking.visits.reservations.states import NotNow
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

OWN = "SELECT state, ends_at, needs FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"
TELL = "UPDATE reservations SET needs = $2 WHERE id = $1"
FORGET_NEEDS = "UPDATE reservations SET needs = '' WHERE slot = ANY ($1::int[]) AND needs <> '' RETURNING id"
# The visa's note too.
FORGET_WORDS = """UPDATE reservations SET visa_note = '', reason = ''
WHERE slot = ANY ($1::int[]) AND (visa_note <> '' OR reason <> '') RETURNING id"""


async def tell_needs(reservation: int, *, needs: str, school: int, by: int, now: datetime) -> None:
    """The lycée prepares for this line from now on; an empty one erases it, which is possible at any time.

    Raises NotFound, Invalid, NotNow once the visit is over or will not be.
    """
    needs = refuse_needs(needs)
    async with transaction():
        known = await row(OWN, reservation, school)
        if known is None:
            raise NotFound()
        if needs and not may_tell_needs(known["state"], known["ends_at"], now=now):
            raise NotNow()
        if needs == known["needs"]:
            return
        await rows(TELL, reservation, needs)
        act = "reservation_needs" if needs else "reservation_needs_erased"
        await record(act, by=by, about_kind="reservation", about=reservation, now=now)
