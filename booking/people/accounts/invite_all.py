"""Many invitations at once: pasted from a spreadsheet, foreseen line by line, then sent as one act.

One a line, « adresse ; rôle ; UAI, SIRET ou départements ; nom ».
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from msgspec import Struct

from booking.people.accounts.invite import Invite, holds, invite, place_of
from booking.people.accounts.roles import ROLES, Place
from booking.people.accounts.rules import ROLES_OF_A_SCHOOL, Role, plain_email, refuse_name
from workshops.acts import Act, typed
from workshops.acts.plain_words import one_line
from workshops.companies.rules import is_siret
from workshops.database import rows, transaction, value
from workshops.imports.remember import remember
from workshops.refusals import Invalid
from workshops.schools.rules import is_uai

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


PLACE = """SELECT coalesce((SELECT name || ', ' || commune FROM schools WHERE uai = $1),
  (SELECT name FROM companies WHERE siret = $1),
  (SELECT string_agg(name, ', ' ORDER BY code) FROM departments WHERE code = ANY ($2::varchar[])),
  'Toute l''académie')"""

MADE = "SELECT id FROM memberships WHERE account = ANY ($1::int[]) AND created_at = $2 ORDER BY id"

WAITS = """SELECT EXISTS (SELECT FROM sign_ups u JOIN schools s ON s.id = u.school
  WHERE u.email = $1 AND s.uai = $2 AND u.proved_at IS NOT NULL)"""


class PasteInvitations(Act, frozen=True, kw_only=True):
    """Invitations copied from a spreadsheet, as they were pasted."""

    lines: Annotated[str, typed("Lignes", "One a line.", most=60_000, least=1, lines=True)]


class ForeseenInvitation(Struct, frozen=True):
    """What a pasted line would do: `error` says why it does not leave, `already` that the person has this role,
    `confirms` that she signed up herself and waits for this word."""

    number: int
    email: str
    role: str
    place: str
    error: str
    already: bool
    confirms: bool = False

    @property
    def leaves(self) -> bool:
        """Whether a mail would leave."""
        return not self.error and (self.confirms or not self.already)


async def foresee_all(text: str) -> list[ForeseenInvitation]:
    """What each line would do; nothing is stored. Raises Invalid when nothing can be read."""
    return [await _foreseen(line) for line in read_pasted(text)]


async def invite_all(text: str, *, by: int, new_token: Callable[[], str] = str, now: datetime) -> int:
    """Invite those whose line is right, wholly or not at all; returns how many mails leave. Raises Invalid."""
    async with transaction():
        leaving = [(line, await _foreseen(line)) for line in read_pasted(text)]
        sent = [line for line, foreseen in leaving if foreseen.leaves and not foreseen.confirms]
        accounts = []
        for line in sent:
            accounts.append(await invite(_asked(line), token=new_token(), by=by, now=now))
        made = [one["id"] for one in await rows(MADE, accounts, now)]
        await remember("invitations", made=made, by=by, now=now)
        return len(sent)


def _asked(line: PastedLine) -> Invite:
    role = Role(line.role)
    if ROLES[role].place == Place.DEPARTMENTS:
        where: dict[str, Any] = {"departments": tuple(line.place.split(","))}
    else:
        where = {"company" if role == Role.COMPANY else "school": line.place or None}
    return Invite(email=line.email, role=role, name=line.name, **where)


async def _foreseen(line: PastedLine) -> ForeseenInvitation:
    error, already, confirms = line.error, False, False
    if not error:
        try:
            already = await holds(line.email, line.role, await place_of(_asked(line)))
            confirms = line.role == Role.TEACHER and await value(WAITS, line.email, line.place)
        except Invalid as no:
            error = " ".join(no.errors.values())
    place = line.place if error else str(await value(PLACE, line.place, line.place.split(",")))
    return ForeseenInvitation(line.number, line.email, line.role, place, error, already, confirms)
