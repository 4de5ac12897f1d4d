"""The words for what became of a scan, in large, and what to do with whoever stands there."""

from __future__ import annotations

from msgspec import Struct

from booking.day.checkin.rules import DECLARED_BEFORE, ScanResult
from booking.words.wording import counted, day, hour, moment, spaced


class DeskWords(Struct, frozen=True):
    """An answer in large words, and what to do."""

    title: str
    advice: str


SAME_FOR_ALL = {
    "present": DeskWords("Présent", ""),
    "not_here": DeskWords("Jamais pointé", "Ce badge n'est pas entré ici : il n'a pas de départ à noter."),
    "undone": DeskWords("Pointage annulé", "Scannez le badge de nouveau si l'élève est là."),
    "unknown": DeskWords(
        "Badge inconnu", "Présentez le badge bien à plat, ou tapez les 6 caractères écrits à côté du carré."
    ),
    "cancelled": DeskWords(
        "Réservation annulée",
        "Ce badge n'est plus valable. Demandez à l'enseignant les badges de sa nouvelle réservation.",
    ),
    "closed": DeskWords("Visite close", "Ce pointage est noté, mais il ne compte plus : les chiffres sont figés."),
}

DECLARED = DeskWords("Déclaré présent", "Par l'hôte, sans badge lu. Touchez son numéro s'il est absent.")
CONFIRMED = "L'hôte l'avait déclaré présent : son badge le confirme, il est compté une fois."
ONCE = "Rien à faire : ce badge est compté une fois."

BY_KIND: dict[tuple[str, str | None], DeskWords] = {
    ("present", "spare"): DeskWords("Présent", "Un élève en plus, sur un badge de réserve."),
    ("cancelled", "company"): DeskWords(
        "Venue non confirmée",
        "Cette entreprise n'est pas attendue : le lycée n'a pas accepté sa venue, ou elle n'a plus cours.",
    ),
}


def said(told: ScanResult) -> DeskWords:
    """The words for an answer. Each of the red ones says what to do with the pupil who stands there."""
    if told.result == "present" and told.declared:
        return DECLARED
    if told.result == "already":
        at = f" à {hour(told.first_scanned_at)}" if told.first_scanned_at else ""
        return DeskWords(f"Déjà là{at}", CONFIRMED) if told.confirms else DeskWords(f"Déjà pointé{at}", ONCE)
    if told.result == "left":
        at = f" à {hour(told.left_at)}" if told.left_at else ""
        return DeskWords(f"Parti{at}", "Son départ est noté. Annulez-le s'il revient.")
    if told.result == "too_early":
        return DeskWords("Trop tôt", _not_yet(told))
    if told.result == "wrong_slot":
        return DeskWords("Autre visite", _elsewhere(told))
    return BY_KIND.get((told.result, told.kind)) or SAME_FOR_ALL[told.result]


def said_on_a_page(told: ScanResult) -> DeskWords:
    """The same words, whose hours and numbers are not broken at the end of a line."""
    words = said(told)
    return DeskWords(spaced(words.title), spaced(words.advice))


def said_of_all(came: int, pupils: int, *, title: str) -> DeskWords:
    """The same when nobody is missing: of a group whose last badge was read, or of a visit."""
    return DeskWords(title, f"{counted(came, 'élève')} sur {pupils}.")


def _not_yet(told: ScanResult) -> str:
    if told.declared:
        opens = f"{moment(told.expected_at - DECLARED_BEFORE)}" if told.expected_at else "30 minutes avant le début"
        return f"Un groupe se déclare présent à partir de 30 minutes avant le début : {opens}."
    when = f"La visite a lieu le {day(told.expected_at)}" if told.expected_at else "La visite est un autre jour"
    return f"{when} : ce pointage est noté, mais ne compte pas. Scannez le badge ce jour-là."


def _elsewhere(told: ScanResult) -> str:
    if told.expected_at is None:
        return (
            "Ce badge n'est pas attendu à cette visite. Le programme de la journée, que le groupe a, dit où et quand."
        )
    if not told.may_welcome:
        return f"Ce badge est celui de {told.group}, attendu {moment(told.expected_at)}."
    return f"Ce badge est celui du groupe {told.group}, attendu {moment(told.expected_at)}. Accueillez-le ici ?"
