"""What a group needs to be received, in words: boxes for the group as a whole, never for a pupil.

A box is kept as its name, with how many people it is for where that helps the lycée: `("step_free:2", "loop")`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from booking.words.wording import counted
from workshops.acts import Act
from workshops.catalogue.rules import Welcome

COUNTED: frozenset[str] = frozenset({Welcome.STEP_FREE, Welcome.CHAIRS})
COUNT_MOST = 60
NEEDS: dict[str, str] = {
    Welcome.STEP_FREE.value: "Accès de plain-pied ou par ascenseur",
    Welcome.CHAIRS.value: "Sièges pendant l'atelier",
    Welcome.LOOP.value: "Boucle auditive",
    Welcome.QUIET.value: "Lieu calme à l'écart",
    Welcome.INTERPRETER.value: "Place pour un interprète",
    Welcome.MEAL.value: "Repas à convenir avec le lycée",
}
LACKS: dict[str, str] = {
    Welcome.STEP_FREE.value: "d'accès de plain-pied",
    Welcome.CHAIRS.value: "de sièges",
    Welcome.LOOP.value: "de boucle auditive",
    Welcome.QUIET.value: "de lieu calme",
    Welcome.INTERPRETER.value: "de place pour un interprète",
    Welcome.MEAL.value: "de repas",
}
OFFERS: dict[str, str] = NEEDS | {Welcome.MEAL.value: "Repas possible, à convenir avec le collège"}


People = Annotated[int, Meta(ge=0, le=COUNT_MOST)]


class Boxes(Act, frozen=True, kw_only=True):
    """What the group needs to be received, told for the group and never for a pupil.

    `step_free` and `chairs` are for how many people, 0 for none.
    """

    step_free: People = 0
    chairs: People = 0
    loop: bool = False
    quiet: bool = False
    interpreter: bool = False
    meal: bool = False

    @property
    def kept(self) -> tuple[str, ...]:
        """Those that are ticked, as they are kept, in their one order."""
        ticked = {box: people for box in NEEDS if (people := getattr(self, box))}
        return tuple(f"{box}:{people}" if box in COUNTED else box for box, people in ticked.items())

    @classmethod
    def of(cls, needed: Sequence[str]) -> Boxes:
        """Out of what is kept."""
        return msgspec.convert({box: int(n) for box, n in ticked_in(needed).items()}, cls, strict=False)


def ticked_in(needed: Sequence[str]) -> dict[str, int]:
    """How many people each kept box is for, 1 where nobody counts them."""
    return {name: int(count or 1) for name, _, count in (one.partition(":") for one in needed)}


def needs_in_words(needed: Sequence[str], line: str = "") -> str:
    """« Accès de plain-pied ou par ascenseur (2 personnes), boucle auditive. Près de la porte »"""
    said = [
        f"{NEEDS[one]} ({counted(n, 'personne')})" if one in COUNTED else NEEDS[one]
        for one, n in ticked_in(needed).items()
    ]
    return ". ".join(part[:1].upper() + part[1:] for part in (_listed(said), line) if part)


def offers_in_words(offers: Collection[str]) -> str:
    """« Accès de plain-pied ou par ascenseur, boucle auditive », as a workshop offers it."""
    return _listed([words for one, words in OFFERS.items() if one in offers])


def _listed(said: Sequence[str]) -> str:
    return ", ".join(words if place == 0 else words[:1].lower() + words[1:] for place, words in enumerate(said))


def not_offered(needed: Sequence[str], offers: Collection[str]) -> str:
    """What this workshop does not say that it offers, among what is needed: « de sièges ni de repas », or nothing."""
    return " ni ".join(LACKS[one] for one in ticked_in(needed) if one not in offers)
