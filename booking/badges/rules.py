"""What is printed on a badge, and when it may be."""

from __future__ import annotations

from dataclasses import dataclass

from booking.wording import Mark
from workshops.refusals import Invalid, Refusal

LARGEST_SHIFT = 10
PRINTABLE = frozenset({"confirmed", "locked", "attended"})


class NoBadges(Refusal):
    """A visit that is not confirmed, or no longer, has nothing to print."""

    kind = "no-badges"
    title = "Pas de badges à imprimer"
    sentence = "Les badges s'impriment quand la visite est confirmée. Celle-ci ne l'est pas."


class ModuleTooSmall(Refusal):
    """Labels on which the code would be too small for a phone."""

    kind = "labels-too-small"
    status = 422
    title = "Étiquettes trop petites"

    def __init__(self, labels: str) -> None:
        super().__init__(
            f"{labels} : le code y serait trop petit pour un téléphone. Choisissez des étiquettes plus grandes."
        )


class SecretChanged(Refusal):
    """The badges were issued under another SECRET_KEY: printed now, no desk would know them."""

    kind = "badges-of-another-key"
    title = "Badges à créer de nouveau"
    sentence = (
        "Ces badges ont été créés avec une autre clé que celle du site : imprimés, ils ne seraient pas reconnus"
        " à l'accueil. Prévenez la coordination."
    )


@dataclass(frozen=True)
class PrintedGroup:
    """What every badge of a group shows: its label, its mark, where and when it is expected."""

    label: str
    mark: Mark
    place: str
    day: str


@dataclass(frozen=True)
class PrintedBadge:
    """One badge on paper. `face` is the big number (see `face_of`); no field can hold a name."""

    face: str
    token: str
    short_code: str
    group: PrintedGroup
    no_photo: bool = False


def check_placing(*, start: int, cells: int, dx_mm: float, dy_mm: float) -> None:
    """Refuse a first label outside the sheet, or an offset that is no printer's; raises Invalid."""
    wrong = {}
    if not 1 <= start <= cells:
        wrong["start"] = f"Cette planche a {cells} étiquettes : indiquez la première de libre, de 1 à {cells}."
    for name, shift in (("dx_mm", dx_mm), ("dy_mm", dy_mm)):
        if not -LARGEST_SHIFT <= shift <= LARGEST_SHIFT:
            wrong[name] = f"Un décalage va de -{LARGEST_SHIFT} à {LARGEST_SHIFT} mm."
    if wrong:
        raise Invalid(wrong)


def may_print(state: str) -> bool:
    """Whether a reservation in this state has badges to print."""
    return state in PRINTABLE


def face_of(kind: str, number: int) -> str:
    """The number in large: 17 for a pupil, A1 for an adult, R1 for a spare badge (« réserve »)."""
    return {"pupil": "", "adult": "A", "spare": "R"}[kind] + str(number)
