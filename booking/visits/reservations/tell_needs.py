"""Saying again what a group needs to be received, or taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.visits.reservations.acts import TellNeeds
from booking.visits.reservations.rules import may_tell_needs, refuse_needs
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.tables import Reservation
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import or_not_found

OWN = "SELECT state, ends_at, needs, needed FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"
FORGET_NEEDS = """UPDATE reservations SET needs = '', needed = '{}'
WHERE slot = ANY ($1::int[]) AND (needs <> '' OR needed <> '{}') RETURNING id"""
# The visa's note too, and the line of afterwards.
FORGET_WORDS = """UPDATE reservations SET visa_note = '', reason = '', thanks = ''
WHERE slot = ANY ($1::int[]) AND (visa_note <> '' OR reason <> '' OR thanks <> '') RETURNING id"""


async def tell_needs(reservation: int, asked: TellNeeds, *, school: int, by: int, now: datetime) -> None:
    """The lycée prepares for these boxes and this line from now on; nothing at all erases them, at any time.

    Raises NotFound, Invalid, NotNow once the visit is over or will not be.
    """
    refuse_needs(asked.needs)
    needs, needed = asked.needs, asked.boxes.kept
    async with transaction():
        known = or_not_found(await row(OWN, reservation, school))
        if (needs or needed) and not may_tell_needs(known["state"], known["ends_at"], now=now):
            raise NotNow()
        if (needs, needed) == (known["needs"], tuple(known["needed"])):
            return
        told = Reservation.update({Reservation.needs: needs, Reservation.needed: list(needed)})
        await told.where(Reservation.id == reservation)
        act = "reservation_needs" if needs or needed else "reservation_needs_erased"
        await record(act, by=by, about_kind="reservation", about=reservation, now=now)
