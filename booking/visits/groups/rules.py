"""What a group may be."""

from __future__ import annotations

import re

from booking.words.wording import SECTIONS
from workshops.refusals import Invalid, Refusal
from workshops.schools.rules import LEVELS
from workshops.typed_text.health import says_of_pupil

NAME_MOST = 60


class NameTaken(Refusal):
    """Capitals, accents, spaces and signs do not tell two groups apart; `name` is there, nobody has the `free` one."""

    kind = "group-exists"
    title = "Groupe déjà inscrit"

    def __init__(self, name: str, *, archived: bool, free: str) -> None:
        there = f"Votre collège a déjà le groupe « {name} » cette année"
        if archived:
            super().__init__(f"{there}, archivé : reprenez-le au bas de la page « Mes groupes ».")
        else:
            super().__init__(f"{there}. Choisissez un autre nom, comme « {free} ».")


class VisitsAhead(Refusal):
    kind = "visits-ahead"
    title = "Visites à venir"
    sentence = "Ce groupe a encore une visite à venir. Annulez-la, ou archivez le groupe après."


class GroupUsed(Refusal):
    kind = "group-used"
    title = "Groupe qui a servi"
    sentence = "Ce groupe a déjà été dans une demande ou une visite : archivez-le, ses visites restent."


def names_instead(name: str) -> list[str]:
    """What a group may be called where its name is taken, the nearest first."""
    return [f"{name[: NAME_MOST - len(more)]}{more}" for more in (" bis", " ter", *(f" {n}" for n in range(2, 100)))]


def refuse_group(*, name: str, level: str, pupils: int, section: str, school_year: str, ulis: int = 0) -> None:
    """Raise Invalid, field by field; `ulis` of the pupils are of ULIS."""
    errors = {}
    if not 1 <= len(name) <= NAME_MOST:
        errors["name"] = "Nom du groupe : de 1 à 60 caractères, par exemple « 4e B »."
    elif named := says_of_pupil("Nom du groupe", name, instead="Écrivez la classe, par exemple « 4e B »."):
        errors["name"] = named
    if level not in LEVELS:
        errors["level"] = "Niveau : choisissez 6e, 5e, 4e ou 3e."
    if not 1 <= pupils <= 60:
        errors["pupils"] = "Élèves : écrivez un nombre de 1 à 60."
    if not 0 <= ulis <= pupils:
        errors["ulis"] = "Dont élèves d'ULIS : pas plus que d'élèves dans le groupe."
    if section not in SECTIONS:
        errors["section"] = "Section : choisissez dans la liste."
    years = re.fullmatch(r"(20\d\d)-(20\d\d)", school_year)
    if years is None or int(years[2]) != int(years[1]) + 1:
        errors["school_year"] = "Année scolaire : écrivez-la ainsi, 2026-2027."
    if errors:
        raise Invalid(errors)
