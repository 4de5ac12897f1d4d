"""Answer the three questions about a visit: once, and counted with nobody's name."""

from __future__ import annotations

from datetime import datetime

from booking.visits.reservation_states import State
from booking.visits.reservations.tables import Reservation
from workshops.catalogue.count_opinion import GiveOpinion, count_opinion
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import Refusal, or_not_found
from workshops.school_calendar.rules import paris_day, school_year_of

OWN = "SELECT slot, state, starts_at, opinion_given FROM reservations WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"


class OpinionTooEarly(Refusal):
    """Nothing is asked about a visit that the lycée has not closed, nor about one to which nobody came."""

    kind = "opinion-too-early"
    title = "La visite n'est pas close"
    sentence = "Les trois questions se posent quand le lycée a clos la visite et que le groupe est venu."


class OpinionGiven(Refusal):
    """The visit has answered: which answers were its own is not known any more, so they cannot be changed."""

    kind = "opinion-given"
    title = "Réponses déjà comptées"
    sentence = (
        "Les réponses de cette visite sont déjà comptées. Elles ne portent pas de nom : elles ne se changent plus."
    )


async def give_opinion(reservation: int, asked: GiveOpinion, *, school: int, now: datetime) -> None:
    """The host reads one more visit in the sums of the workshop's year. Whoever of the collège answers, once a visit.

    The event says which workshop, never which visit nor who. Raises NotFound, OpinionTooEarly, OpinionGiven.
    """
    async with transaction():
        known = or_not_found(await row(OWN, reservation, school))
        if known["state"] != State.ATTENDED:
            raise OpinionTooEarly()
        if known["opinion_given"]:
            raise OpinionGiven()
        await Reservation.update({Reservation.opinion_given: True}).where(Reservation.id == reservation)
        year = school_year_of(paris_day(known["starts_at"]))
        workshop = await count_opinion(known["slot"], asked, school_year=year)
        await record("opinion_counted", by=None, about_kind="workshop", about=workshop, now=now)
