"""What a group may be."""

from __future__ import annotations

import re

from booking.wording import LEVELS, SECTIONS
from workshops.refusals import Invalid, Refusal


class NameTaken(Refusal):
    kind = "group-exists"
    title = "Groupe déjà inscrit"
    sentence = "Votre collège a déjà un groupe de ce nom cette année. Choisissez un autre nom, comme « 4e B bis »."


def refuse_group(*, name: str, level: str, pupils: int, section: str, school_year: str) -> None:
    """Raise Invalid, field by field."""
    errors = {}
    if not 1 <= len(name) <= 60:
        errors["name"] = "Nom du groupe : de 1 à 60 caractères, par exemple « 4e B »."
    if level not in LEVELS:
        errors["level"] = "Niveau : choisissez 6e, 5e, 4e ou 3e."
    if not 1 <= pupils <= 60:
        errors["pupils"] = "Élèves : écrivez un nombre de 1 à 60."
    if section not in SECTIONS:
        errors["section"] = "Section : choisissez dans la liste."
    years = re.fullmatch(r"(20\d\d)-(20\d\d)", school_year)
    if years is None or int(years[2]) != int(years[1]) + 1:
        errors["school_year"] = "Année scolaire : écrivez-la ainsi, 2026-2027."
    if errors:
        raise Invalid(errors)
