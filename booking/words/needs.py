"""What a group needs to be received, in words: boxes for the group as a whole, never for a pupil.

A box is kept as its name, with how many people it is for where that helps the lycée: `("step_free:2", "loop")`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from booking.words.wording import counted
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


def boxes_of(ticked: Mapping[str, int]) -> tuple[str, ...]:
    """The boxes to keep, in their one order, from how many people each is for (0: not ticked)."""
    return tuple(f"{one}:{ticked[one]}" if one in COUNTED else one for one in NEEDS if ticked.get(one))


def ticked_in(needed: Sequence[str]) -> dict[str, int]:
    """How many people each kept box is for, 1 where nobody counts them."""
    return {name: int(count or 1) for name, _, count in (one.partition(":") for one in needed)}


def needs_in_words(needed: Sequence[str], line: str = "") -> str:
    """« Accès de plain-pied ou par ascenseur (2 personnes), boucle auditive. Près de la porte »"""
    said = [
        f"{NEEDS[one]} ({counted(n, 'personne')})" if one in COUNTED else NEEDS[one]
        for one, n in ticked_in(needed).items()
    ]
    return ". ".join(part for part in (_listed(said), line) if part)


def offers_in_words(offers: Collection[str]) -> str:
    """« Accès de plain-pied ou par ascenseur, boucle auditive », as a workshop offers it."""
    return _listed([words for one, words in OFFERS.items() if one in offers])


def _listed(said: Sequence[str]) -> str:
    return ", ".join(words if place == 0 else words[:1].lower() + words[1:] for place, words in enumerate(said))


def not_offered(needed: Sequence[str], offers: Collection[str]) -> str:
    """What this workshop does not say that it offers, among what is needed: « de sièges ni de repas », or nothing."""
    return " ni ".join(LACKS[one] for one in ticked_in(needed) if one not in offers)
