"""The three questions after a visit, for machines."""

from __future__ import annotations

from datetime import datetime

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.reservations import ReservationState
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.reservation_states import State
from booking.visits.reservations.give_opinion import give_opinion
from workshops.opinions.count import GiveOpinion


@post("/reservations/{reservation:int}/opinion", opt=TEACHER, status_code=200)
async def answer(
    reservation: FromPath[int],
    data: JSONBody[GiveOpinion],
    person: NamedDependency[Teacher],
    now: NamedDependency[datetime],
) -> ReservationState:
    """Say what a closed visit was worth, once: counted in the sums of its workshop and year, with nobody's name.

    The lycée reads sums; where one visit alone came in the year, it knows whose answers they are.
    """
    await give_opinion(reservation, data, school=person.school, now=now)
    return ReservationState(reservation, State.ATTENDED)
