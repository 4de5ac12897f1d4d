"""What is printed on a badge, and when it may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from booking.visits.reservation_states import BOOKED, SURE_OR_MADE
from booking.words.wording import Mark
from workshops.refusals import Invalid, Refusal

LARGEST_SHIFT = 10
FIRST_NAME_MOST = 30
PUPILS_MOST = 60
# The point after an initial.
_INITIAL = re.compile(r"(?<= )([^\W\d_])\.(?= |$)")
PRINTABLE = SURE_OR_MADE
# Whose badges whoever receives, lists or writes on them needs: a place that is only proposed has nobody who comes yet.
BADGED = tuple(sorted(BOOKED))


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
    """The badges were issued under a SECRET_KEY that the site has no more: printed now, no desk would know them."""

    kind = "badges-of-another-key"
    title = "Badges à créer de nouveau"
    sentence = (
        "Ceux que vous avez déjà imprimés servent toujours. Mais la clé du site a changé, et ces badges ne peuvent plus"
        " être imprimés de nouveau : demandez à la coordination d'en faire créer d'autres."
    )


class FirstNamesOff(Refusal):
    """A group whose teacher did not choose first names has none."""

    kind = "first-names-off"
    title = "Prénoms non choisis"
    sentence = "Ce groupe vient avec des numéros seuls. Choisissez d'abord les prénoms sur la page du groupe."
    for_programs = "Ce groupe vient avec des numéros seuls : `first_names` est à false."


class VisitOver(Refusal):
    """Nothing is written on the badges of a visit that has ended."""

    kind = "visit-over"
    title = "Visite terminée"
    sentence = "Cette visite est terminée : ses badges ne changent plus."


class PrintedGroup(Struct, frozen=True):
    """What every badge of a group shows: its label, its mark, where and when it is expected. A company has no mark."""

    label: str
    mark: Mark | None
    place: str
    day: str


class PrintedBadge(Struct, frozen=True):
    """One badge on paper. `face` is the big number (see `face_of`).

    `first_name` is empty but on what the teacher of a group that opted in prints.
    """

    face: str
    token: str
    short_code: str
    group: PrintedGroup
    no_photo: bool = False
    kind: str = "pupil"
    first_name: str = ""


class PrintedDivider(Struct, frozen=True):
    """A label that is no badge: it says whose badges follow, in the pile of a whole day."""

    group: PrintedGroup
    hours: str
    workshop: str
    who: str
    count: str


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


def first_names_of(lines: Sequence[str], *, pupils: int) -> dict[int, str]:
    """The first names of a group by number: the first line is number 1, an empty line leaves its number without.

    « Léa M. » is kept as « Léa M ». Raises Invalid, line by line, for what is no first name alone.
    """
    lines = [
        _INITIAL.sub(r"\1", " ".join(unicodedata.normalize("NFC", line).split())).replace("’", "'") for line in lines
    ]
    while lines and not lines[-1]:
        lines.pop()
    wrong = [f"ligne {place} : {why}" for place, line in enumerate(lines, 1) if line and (why := _no_first_name(line))]
    if len(lines) > pupils:
        wrong.append(f"vous avez écrit {len(lines)} lignes pour {pupils} élèves")
    if wrong:
        raise Invalid({"names": f"Prénoms : {' ; '.join(wrong[:5])}."})
    return {place: line for place, line in enumerate(lines, 1) if line}


def _no_first_name(line: str) -> str:
    if len(line) > FIRST_NAME_MOST:
        return f"{FIRST_NAME_MOST} caractères au plus"
    if not all(sign.isalpha() or sign in " -'" for sign in line) or not re.match(r"\w", line):
        return "des lettres, un trait d'union ou une apostrophe, rien d'autre"
    if not all(len(word) == 1 for word in line.split()[1:]):
        return "le prénom seul, sans nom de famille ; un prénom composé s'écrit avec un trait d'union"
    return ""


def may_print(state: str) -> bool:
    """Whether a reservation in this state has badges to print."""
    return state in PRINTABLE


def face_of(kind: str, number: int) -> str:
    """The number in large: 17 for a pupil, A1 for an adult, R1 for a spare badge (« réserve »), E1 for a company's."""
    return {"pupil": "", "adult": "A", "spare": "R", "company": "E"}[kind] + str(number)
