"""Invitations pasted from a spreadsheet: one a line, « adresse ; rôle ; UAI, SIRET ou départements ; nom ». Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from booking.people.accounts.roles import ROLES, Place
from booking.people.accounts.rules import ROLES_OF_A_SCHOOL, Role, plain_email, refuse_name
from workshops.companies.rules import is_siret
from workshops.refusals import Invalid
from workshops.schools.rules import is_uai
from workshops.typed_text.plain_words import one_line

LINES_MOST = 300
PLACE_MOST = 60
# A tab is what a spreadsheet copies; a comma stands in names.
_CELLS = re.compile(r"[;\t]")
_ROLES = {
    **{role.value: role for role, row in ROLES.items() if role != Role.PRINCIPAL and row.place != Place.PARTNER},
    **dict.fromkeys(("enseignant", "enseignante", "professeur"), Role.TEACHER),
    **dict.fromkeys(("accueil", "lycée", "lycee"), Role.HOST),
    "entreprise": Role.COMPANY,
    "coordination": Role.COORDINATOR,
    **dict.fromkeys(("inspection", "inspecteur", "inspectrice"), Role.INSPECTOR),
}


class PastedLine(Struct, frozen=True):
    """A line as it was read; with an `error`, the rest is what could be."""

    number: int
    email: str
    role: str
    place: str
    name: str
    error: str = ""


def read_pasted(text: str) -> list[PastedLine]:
    """Every line that says something, in order; the same person twice is told at the second. Raises Invalid."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise Invalid({"lines": "Collez au moins une ligne : adresse ; rôle ; UAI."})
    if len(lines) > LINES_MOST:
        raise Invalid({"lines": f"{LINES_MOST} lignes au plus : vous en avez {len(lines)}."})
    seen: set[tuple[str, str, str]] = set()
    read = []
    for number, line in lines:
        one = _line(number, line)
        key = (one.email, one.role, one.place)
        if not one.error and key in seen:
            one = PastedLine(number, one.email, one.role, one.place, one.name, "Cette ligne est déjà plus haut.")
        seen.add(key)
        read.append(one)
    return read


def _line(number: int, line: str) -> PastedLine:
    cells = [one_line(cell) for cell in _CELLS.split(line)]
    typed, said, place, name = (*cells, "", "", "", "")[:4]
    role = _ROLES.get(said.casefold(), "")
    place = "".join(place.split()).upper()
    try:
        email = plain_email(typed)
    except Invalid:
        return PastedLine(number, typed[:254], role, place[:PLACE_MOST], name[:120], "L'adresse n'est pas complète.")
    return PastedLine(number, email, role, place[:PLACE_MOST], name[:120], _error(role, place, name[:120]))


def _error(role: str, place: str, name: str) -> str:
    if not role:
        return "Le rôle manque : enseignant, accueil, entreprise, inspection ou coordination."
    if wrong := _error_of_place(Role(role), place):
        return wrong
    try:
        if name:
            refuse_name(name)
    except Invalid as no:
        return no.sentence
    return ""


def _error_of_place(role: Role, place: str) -> str:
    if role in ROLES_OF_A_SCHOOL and not is_uai(place):
        return "L'UAI manque, ou n'est pas bon : 7 chiffres et une lettre."
    if role == Role.COMPANY and not is_siret(place):
        return "Le SIRET manque, ou n'est pas bon : 14 chiffres."
    if ROLES[role].place == Place.DEPARTMENTS and not place:
        return "Les départements manquent : leurs numéros, séparés par une virgule."
    if role == Role.COORDINATOR and place:
        return "La coordination n'a pas d'établissement : laissez vide."
    return ""
