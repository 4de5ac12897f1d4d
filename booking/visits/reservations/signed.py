"""What whoever signs for the collège has agreed to, and what a move of the visit asks of her. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from booking.visits.reservation_states import SURE, State


class Signed(Struct, frozen=True):
    """What a principal agrees to: a lycée, a day and a number of adults away."""

    host: int
    on: date
    adults: int

    def holds_for(self, asked: Signed) -> bool:
        """Whether this visa is good for another visit: the same lycée on the same day, with no more adults."""
        return (asked.host, asked.on) == (self.host, self.on) and asked.adults <= self.adults


class VisaAsked(StrEnum):
    """What a move asks of whoever signs for the collège."""

    NOT = "not"
    AGAIN = "again"
    FIRST = "first"


def visa_asked(state: str, *, needed: bool, holds: bool) -> VisaAsked:
    """Whether a visa is asked for again, with the new place, or first, a visit that is sure staying where it is until
    then; or not, where the collège needs none, or where the one that is given `holds` for the new place too."""
    if state == State.REQUESTED:
        return VisaAsked.AGAIN
    if holds or not needed:
        return VisaAsked.NOT
    return VisaAsked.FIRST if state in SURE else VisaAsked.AGAIN
