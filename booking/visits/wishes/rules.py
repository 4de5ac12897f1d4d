"""What a wish may be. Pure."""

from __future__ import annotations

from workshops.refusals import Refusal


class AlreadyThere(Refusal):
    kind = "group-busy"
    title = "Groupe déjà inscrit"
    sentence = "Ce groupe a déjà une demande ou une visite sur l'un de ces créneaux. Retrouvez-la dans vos visites."
