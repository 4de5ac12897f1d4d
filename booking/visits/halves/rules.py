"""How a class is split, and what two halves may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from booking.visits.reservations.rules import SlotFull
from workshops.refusals import Invalid, Refusal

PLACES = {1: "Première moitié", 2: "Deuxième moitié"}


def split(pupils: int, first_room: int, second_room: int) -> tuple[int, int] | None:
    """How many of a class go to each of two slots, as evenly as their free seats allow; None where it does not fit.

    27 pupils and 24 free seats twice: 14 and 13.
    """
    first = max(min((pupils + 1) // 2, first_room), pupils - second_room)
    second = pupils - first
    return (first, second) if 1 <= first <= first_room and 1 <= second <= second_room else None


def refuse_halves(slots: Sequence[int], lycees: Sequence[int]) -> None:
    """Raise Invalid unless these are two different slots of one lycée."""
    if len(slots) != 2 or len(set(slots)) != 2:
        raise Invalid({"halves": "Choisissez deux créneaux différents, un pour chaque moitié."})
    if len(set(lycees)) > 1:
        raise Invalid({"halves": "Les deux moitiés vont dans le même lycée. Choisissez deux de ses créneaux."})


def of_half(half: int, pupils: int, no: Refusal) -> Refusal:
    """Why a class cannot be had in halves, with the half that it comes from: halves are had together, or not at all."""
    if isinstance(no, SlotFull):
        seats = "place" if pupils == 1 else "places"
        said = f"il n'y a plus {pupils} {seats} sur son créneau. Rien n'est réservé : choisissez deux autres créneaux."
        return SlotFull(f"{PLACES[half]} : {said}")
    if not isinstance(no, Invalid):
        no.sentence = f"{PLACES[half]} : {no.sentence[0].lower()}{no.sentence[1:]}"
    return no
