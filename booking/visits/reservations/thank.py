"""A line after the visit, from its teacher to the lycée and to the companies that came: hers, under her collège's name.

Written until the evening of the school day that follows the closing; taken back at any time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.visits.reservation_states import State
from booking.visits.reservations.acts import WriteThanks
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.tables import Reservation
from workshops.acts.health import says_of_pupil
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import Invalid, or_not_found
from workshops.school_calendar.queries import days_off_before
from workshops.school_calendar.rules import OFFICE_CLOSES, paris_day, paris_instant, school_days_after

OWN = """SELECT r.state, r.school, r.thanks, s.closed_at FROM reservations r JOIN slots s ON s.id = r.slot
WHERE r.id = $1 AND r.school = $2 FOR NO KEY UPDATE OF r"""
# No two school days are further apart.
LOOKS_AHEAD = timedelta(days=75)


async def thank(reservation: int, asked: WriteThanks, *, school: int, by: int, now: datetime) -> None:
    """The lycée and the companies read this line with what the visit received; an empty one takes it back.

    Raises NotFound, Invalid where it names somebody or tells a pupil's health, NotNow.
    """
    if personal := says_of_pupil("Votre mot", asked.thanks, instead="Remerciez sans nommer personne."):
        raise Invalid({"thanks": personal})
    async with transaction():
        known = or_not_found(await row(OWN, reservation, school))
        if asked.thanks == known["thanks"]:
            return
        if asked.thanks and not await may_thank(known["state"], known["closed_at"], school=school, now=now):
            raise NotNow()
        await Reservation.update({Reservation.thanks: asked.thanks}).where(Reservation.id == reservation)
        act = "reservation_thanks" if asked.thanks else "reservation_thanks_erased"
        await record(act, by=by, about_kind="reservation", about=reservation, now=now)


async def may_thank(state: str, closed_at: datetime | None, *, school: int, now: datetime) -> bool:
    """Whether the teacher of a visit may write her line."""
    if state != State.ATTENDED or closed_at is None:
        return False
    return now < await thanks_until(closed_at, school=school)


async def thanks_until(closed_at: datetime, *, school: int) -> datetime:
    """The evening of the collège's next school day after its visit was closed."""
    on = paris_day(closed_at)
    off = await days_off_before(school, on + LOOKS_AHEAD, since=on)
    return paris_instant(school_days_after(on, 1, off), OFFICE_CLOSES)
