"""Whether a group comes, as its collège was asked: the link that answers, and what was answered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from booking.visits.reservations.mailed_links import VisitAsked, asked_by_token, coming_token, proves_coming
from booking.visits.reservations.queries import Visit, visit
from booking.visits.reservations.tables import Reservation
from workshops.refusals import NotFound
from workshops.school_calendar.rules import paris_day
from workshops.scope import EVERYTHING


async def visit_in_question(token: str, *, secret_key: str) -> tuple[Visit, VisitAsked] | None:
    """The visit that the link of a question before it asks about, and of which date; None for one never sent."""
    asked = asked_by_token(token)
    salt = None if asked is None else await _salt_of(asked.reservation)
    if asked is None or salt is None or not proves_coming(token, asked, salt, secret_key):
        return None
    seen = await visit(asked.reservation, scope=EVERYTHING)
    return None if seen is None else (seen, asked)


async def coming_link(reservation: int, on: date, *, secret_key: str) -> str:
    """The path of the page that answers, for a date, whether its group comes."""
    if (salt := await _salt_of(reservation)) is None:
        raise NotFound()
    return f"/venez-vous/{coming_token(VisitAsked(reservation, on), salt, secret_key)}"


async def said_to_come(reservation: int) -> bool:
    """Whether its collège said that the group comes on the date that it has now."""
    said = Reservation.select(Reservation.comes_on, Reservation.starts_at).where(Reservation.id == reservation)
    found = await said.first()
    return found is not None and found["comes_on"] == paris_day(found["starts_at"])


async def _salt_of(reservation: int) -> UUID | None:
    found = await Reservation.select(Reservation.badge_salt).where(Reservation.id == reservation).first()
    return None if found is None else found["badge_salt"]
