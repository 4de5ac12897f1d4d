"""What a wish may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workshops.refusals import Invalid, Refusal

WISHES_MOST = 3


class AlreadyThere(Refusal):
    kind = "group-busy"
    title = "Groupe déjà inscrit"
    sentence = "Ce groupe a déjà une demande ou une visite sur l'un de ces créneaux. Retrouvez-la dans vos visites."


def refuse_choices(slots: Sequence[int]) -> None:
    """Raise Invalid unless these are one to three different slots."""
    if not 1 <= len(slots) <= WISHES_MOST or len(set(slots)) != len(slots):
        raise Invalid({"slots": f"Choisissez de un à {WISHES_MOST} créneaux différents."})
