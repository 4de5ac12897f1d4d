"""Among which distances a company chooses, and when it is told. Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from booking.words.wording import paris
from workshops.refusals import Refusal

NEAR_KM = (10, 20, 40, 80)
"""The distances among which a company chooses."""
LEAVES_AT = time(17, 0)
# Of the link that stops it.
ALERT = "near alert"


class PlaceUnknown(Refusal):
    kind = "place-unknown"
    status = 422
    title = "Où êtes-vous ?"
    sentence = "Votre commune n'est pas connue ici. Donnez-la à la coordination, puis demandez l'alerte."


def near_day_of(now: datetime) -> date | None:
    """The day whose mail about the slots near by is due: from 17 h 00 in Paris until midnight."""
    here = paris(now)
    return here.date() if here.time() >= LEAVES_AT else None
