"""Many invitations at once: foreseen line by line, then sent as one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.people.accounts.invite import holds, invite, place_of
from booking.people.accounts.pasted import PastedLine, read_pasted
from booking.people.accounts.roles import ROLES, Place
from booking.people.accounts.rules import Role
from workshops.database import rows, transaction, value
from workshops.imports.remember import remember
from workshops.refusals import Invalid

PLACE = """SELECT coalesce((SELECT name || ', ' || commune FROM schools WHERE uai = $1),
  (SELECT name FROM companies WHERE siret = $1),
  (SELECT string_agg(name, ', ' ORDER BY code) FROM departments WHERE code = ANY ($2::varchar[])),
  'Toute l''académie')"""

MADE = "SELECT id FROM memberships WHERE account = ANY ($1::int[]) AND created_at = $2 ORDER BY id"

WAITS = """SELECT EXISTS (SELECT FROM sign_ups u JOIN schools s ON s.id = u.school
  WHERE u.email = $1 AND s.uai = $2 AND u.proved_at IS NOT NULL)"""


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
            who: dict[str, Any] = {"role": line.role, "name": line.name, **_where(line)}
            accounts.append(await invite(line.email, **who, token=new_token(), by=by, now=now))
        made = [one["id"] for one in await rows(MADE, accounts, now)]
        await remember("invitations", made=made, by=by, now=now)
        return len(sent)


def _where(line: PastedLine) -> dict[str, Any]:
    """What names the place of the role, as invite() takes it."""
    if ROLES[Role(line.role)].place == Place.DEPARTMENTS:
        return {"departments": line.place.split(",")}
    return {"company" if line.role == Role.COMPANY else "school": line.place or None}


async def _foreseen(line: PastedLine) -> ForeseenInvitation:
    error, already, confirms = line.error, False, False
    if not error:
        try:
            where = _where(line)
            placed = await place_of(line.role, **where)
            already = await holds(line.email, line.role, placed)
            confirms = line.role == Role.TEACHER and await value(WAITS, line.email, line.place)
        except Invalid as no:
            error = " ".join(no.errors.values())
    place = line.place if error else str(await value(PLACE, line.place, line.place.split(",")))
    return ForeseenInvitation(line.number, line.email, line.role, place, error, already, confirms)
