"""Why what a teacher left cannot be taken over."""

from __future__ import annotations

from workshops.refusals import Refusal


class TakenOver(Refusal):
    """Somebody follows the group and its visits already; `by` is her name, empty where nobody is named."""

    kind = "taken-over"
    title = "Déjà repris"

    def __init__(self, by: str) -> None:
        super().__init__(f"{by or 'Un collègue'} a déjà repris ce groupe et ses visites : il n'y a plus rien à faire.")
