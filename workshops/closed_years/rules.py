"""Why a closed year is not changed in passing. Pure."""

from __future__ import annotations

from contextvars import ContextVar

from workshops.acts.health import says_of_pupil
from workshops.refusals import Invalid

REASON_MOST = 200
# Why a closed year is to be corrected, as whoever acts says it beside what she asks; empty for what nobody explains.
correcting_because: ContextVar[str] = ContextVar("correcting_because", default="")


class YearFrozen(Exception):
    """What would be changed counts in a year that is closed, and nobody said why: nothing was changed.

    No Refusal, which a form would show beside its own boxes: the door asks for the reason, and sends the same again.
    """

    status = 409
    title = "Année close"

    def __init__(self, year: str) -> None:
        self.sentence = (
            f"L'année {year} est close, et ce changement en corrigerait les chiffres. Dites pourquoi : la raison est"
            " publiée à côté du chiffre, avec ce qu'il était."
        )
        super().__init__(self.sentence)


def reason_in(typed: str, *, field: str = "correction") -> str:
    """The reason of a correction, which everyone reads. Raises Invalid for one that is too long or tells of a pupil."""
    reason = " ".join(typed.split())
    if len(reason) > REASON_MOST:
        raise Invalid({field: f"Raison de la correction : {REASON_MOST} caractères au plus."})
    if named := says_of_pupil("Raison de la correction", reason, instead="Écrivez-la sans nom."):
        raise Invalid({field: named})
    return reason
