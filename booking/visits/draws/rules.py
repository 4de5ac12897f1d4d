"""The order of a draw, short enough to be written again by whoever wants to check it, and why a slot is not had yet."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.words.wording import opening_hour
from workshops.refusals import Refusal

SEED_BYTES = 32
NUMBER_BYTES = 8
# The first 52 bits of the HMAC, and a half: a number between 0 and 1, neither included, that a double holds exactly.
BITS = 52


class PeriodNotOpen(Refusal):
    """Its slots are seen already, and may be reserved from the hour that was told."""

    kind = "period-not-open"
    title = "Pas encore ouvert"
    sentence = "Les réservations de cette période ne sont pas encore ouvertes."

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"Ce créneau se réserve à partir du {opening_hour(opens_at)}. Revenez à cette heure-là.")


class DrawFirst(PeriodNotOpen):
    """The demands of the first hour are drawn: a group makes one, of several choices."""

    def __init__(self, draws_at: datetime) -> None:
        Refusal.__init__(
            self,
            f"Les places de ce créneau sont tirées au sort {opening_hour(draws_at)}. D'ici là, un groupe fait une seule"
            " demande, pour des créneaux de cette période ; le reste se réserve après le tirage.",
        )


class DrawUnderWay(PeriodNotOpen):
    """Its hour is over, the places are being given."""

    title = "Tirage en cours"

    def __init__(self) -> None:
        Refusal.__init__(self, "Le tirage de ce créneau est en cours. Revenez dans quelques minutes.")


class OtherPeriods(Refusal):
    """A draw is of the slots of one period."""

    kind = "period-not-open"
    title = "Une seule période"
    sentence = "Ces créneaux ne sont pas tous de la même période : une demande au tirage les prend dans une seule."


class AlreadyInDraw(Refusal):
    """One demand a group."""

    kind = "group-busy"
    title = "Groupe déjà au tirage"
    sentence = "Ce groupe est déjà au tirage. Retirez d'abord sa demande, dans vos visites, pour en faire une autre."


class Ticket(Struct, frozen=True):
    """A demand in the draw: its opaque number and the weight that was fixed when it was made."""

    number: str
    weight: int


def digest_of(seed: bytes) -> str:
    """What is public of the seed from the beginning."""
    return hashlib.sha256(seed).hexdigest()


def drawn_order(seed: bytes, tickets: Sequence[Ticket]) -> list[Ticket]:
    """The tickets in the order of the draw: by -ln(u)/w, u = HMAC-SHA256(seed, number).

    A weight of 2 comes before a weight of 1 twice out of three times (Efraimidis and Spirakis, 2006).
    """
    return sorted(tickets, key=lambda one: (-math.log(_between(seed, one.number)) / one.weight, one.number))


def _between(seed: bytes, number: str) -> float:
    drawn = hmac.digest(seed, number.encode(), "sha256")
    bits = int.from_bytes(drawn[:8], "big") >> (64 - BITS)
    return (bits + 0.5) / float(1 << BITS)
