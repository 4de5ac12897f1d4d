"""What a teacher is told of her collège's visa before she books."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.queries import Teacher
from booking.visits.reservations.queries import held_until
from booking.words.wording import moment
from workshops.schools.queries import visa_of
from workshops.slots.queries import SlotCard


async def visa_words(person: Teacher, slot: SlotCard, *, at_once: bool, now: datetime) -> str:
    """That the places are held while the principal is asked, and until when where they are had `at_once`.

    Nothing where no visa is asked for, or while her collège has still to say that she teaches there.
    """
    visa = await visa_of(person.school)
    if not visa.needed or person.awaiting:
        return ""
    who = (visa.confirmed_at and visa.principal_name) or "votre chef d'établissement"
    held = "une place obtenue est tenue"
    if at_once:
        until = await held_until(slot.deadlines, college=person.school, now=now)
        held = f"les places sont tenues jusqu'au {moment(until)},"
    return f"Votre collège demande un visa : {held} le temps que {who} réponde."
