"""What a group may be."""

from __future__ import annotations

import re

from workshops.refusals import Invalid, Refusal
from workshops.typed_text.health import says_of_pupil

NAME_MOST = 60
PUPILS_MOST = 60


class NameTaken(Refusal):
    """Capitals, accents, spaces and signs do not tell two groups apart; `name` is there, nobody has the `free` one."""

    kind = "group-exists"
    field = "name"
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


def refuse_name(name: str) -> None:
    """A group is called as its class is, never as one of its pupils. Raises Invalid."""
    if named := says_of_pupil("Nom du groupe", name, instead="Écrivez la classe, par exemple « 4e B »."):
        raise Invalid({"name": named})


def refuse_school_year(school_year: str) -> None:
    """A school year is written as two years, one after the other. Raises Invalid."""
    years = re.fullmatch(r"(20\d\d)-(20\d\d)", school_year)
    if years is None or int(years[2]) != int(years[1]) + 1:
        raise Invalid({"school_year": "Année scolaire : écrivez-la ainsi, 2026-2027."})
