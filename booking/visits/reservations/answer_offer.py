"""Answering an offered place from its mail: the link is the teacher's, and serves once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.people.accounts.rules import LinkSpent
from booking.visits.reservations.acts import AcceptPlace, CancelVisit
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.queries import visit_offered
from booking.visits.reservations.release import lock_choices
from booking.visits.reservations.transition import standing
from workshops.database import transaction
from workshops.database.retry import retried


class OfferOver(LinkSpent):
    sentence = "Cette place a déjà sa réponse, ou le délai pour répondre est passé."


@retried
async def answer_offer(
    link: str, asked: AcceptPlace, *, takes: bool, secret_key: str, token: str, now: datetime
) -> str:
    """Take the place, with all the pupils or fewer, or leave it to another group; returns the new state.

    `token` is the principal's link where the collège asks for a visa. Raises OfferOver, Invalid, NoPrincipal.
    """
    async with transaction():
        seen = await visit_offered(link, secret_key=secret_key, now=now)
        if seen is None:
            raise OfferOver()
        await lock_choices(seen.id)
        stands = await standing(seen.id)
        # Answered while we waited for the slot: leaving the place would now cancel the visit.
        if stands.state != "offered" or stands.booked_by is None:
            raise OfferOver()
        own: dict[str, Any] = {"school": stands.school, "by": stands.booked_by}
        if takes:
            return await accept(seen.id, asked, **own, secret_key=secret_key, token=token, now=now)
        return await cancel(seen.id, CancelVisit(), role="teacher", **own, now=now)
