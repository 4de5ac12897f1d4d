"""A collège says whether its visits need the principal's visa, and whom to ask.

A collège no longer asks for its principal's visa, or goes on asking for it.
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct
from piccolo.columns.combination import Where

from workshops.database import row, transaction, value
from workshops.refusals import Invalid, or_not_found
from workshops.schools.queries import MAILBOX
from workshops.schools.tables import School

# The collège's own mailbox confirms itself; an address that stays as it was stays as confirmed as it was. A visa that
# is asked for goes on until somebody else than the teacher ends it.
SET = f"""UPDATE schools s SET needs_approval = s.needs_approval OR $2,
  visa_end_link = CASE WHEN $7 THEN s.visa_end_link WHEN s.needs_approval AND NOT $2 THEN $8::bytea END,
  principal_name = $3, principal_mail = $4,
  principal_confirmed_at = CASE WHEN $4::varchar = '' THEN NULL WHEN $4::varchar = s.principal_mail
    THEN s.principal_confirmed_at WHEN $4::varchar = {MAILBOX.format(school="s")} THEN $6::timestamptz END,
  principal_link = CASE WHEN $4::varchar = s.principal_mail AND NOT $7 THEN s.principal_link
    WHEN $4::varchar <> '' THEN $5::bytea END
WHERE s.id = $1 AND s.kind = 'college'
RETURNING s.id, {MAILBOX.format(school="s")} AS mailbox,
  s.principal_mail <> '' AND s.principal_confirmed_at IS NULL AND s.principal_link = $5 AS to_confirm,
  s.needs_approval AND NOT $2 AS ending, CASE WHEN s.principal_confirmed_at IS NOT NULL THEN s.principal_mail
    ELSE {MAILBOX.format(school="s")} END AS signs
"""  # noqa: S608 - constants only
_MAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,240}\.[A-Za-z0-9-]{2,}", re.ASCII)
FORGET_PRINCIPAL = """UPDATE schools s SET principal_name = '', principal_mail = '', principal_confirmed_at = NULL,
  principal_link = NULL"""
REFUSE = f"{FORGET_PRINCIPAL} WHERE principal_link = $1 AND principal_confirmed_at IS NULL RETURNING s.id"


class VisaAsked(Struct, frozen=True):
    """What is to be asked of somebody else than the teacher: `confirms` is the mailbox that confirms a new address,
    `ends` whoever ends a visa, each empty when there is nothing to ask or nobody to ask it; `ending`: a visa would end.
    """

    confirms: str
    ends: str
    ending: bool


async def ask_visa(
    school: int,
    *,
    needed: bool,
    principal_name: str,
    principal_mail: str,
    link_hash: bytes,
    end_hash: bytes | None = None,
    again: bool = False,
    now: datetime,
) -> VisaAsked:
    """From now on, reservations of this collège wait for the visa; they stop once whoever is asked says so.

    A new address is confirmed by the link of `link_hash`, an end by that of `end_hash`; `again`: the former link of the
    address is void, another one is asked for, and nothing else changes. Raises Invalid, NotFound.
    """
    name, mail = " ".join(principal_name.split())[:120], principal_mail.strip().lower()
    errors = {}
    if mail and not _MAIL.fullmatch(mail):
        errors["principal_mail"] = "Écrivez une adresse de messagerie complète."
    if needed and not mail:
        errors["principal_mail"] = "Donnez l'adresse à laquelle la demande de visa est envoyée."
    if errors:
        raise Invalid(errors)
    async with transaction():
        kept = or_not_found(await row(SET, school, needed, name, mail, link_hash, now, again, end_hash))
        confirms = str(kept["mailbox"]) if kept["to_confirm"] else ""
        return VisaAsked(confirms, str(kept["signs"]) if kept["ending"] else "", kept["ending"])


async def confirm_address(link_hash: bytes, *, now: datetime) -> int | None:
    """The collège's mailbox says that the principal reads this address; returns the collège, None for a link that is
    answered or void."""
    return await _confirm(School.principal_link == link_hash, now)


async def confirm_address_of(school: int, *, now: datetime) -> bool:
    """The coordinator says so; whether there was an address to confirm."""
    return await _confirm(School.id == school, now) is not None


async def _confirm(which: Where, now: datetime) -> int | None:
    told = School.update({School.principal_confirmed_at: now, School.principal_link: None})
    asked = told.where(which, School.principal_mail != "", School.principal_confirmed_at.is_null())
    return next((one["id"] for one in await asked.returning(School.id)), None)


async def refuse_address(link_hash: bytes) -> int | None:
    """The collège's mailbox says that it is not: the address is forgotten; returns the collège as above."""
    found: int | None = await value(REFUSE, link_hash)
    return found


async def end_visa_by_link(link_hash: bytes) -> int | None:
    """Whoever was asked says yes; returns the collège, None for a link that is answered or void."""
    return await _end(School.visa_end_link == link_hash)


async def end_visa_of(school: int) -> bool:
    """The coordinator says so; whether a visa was asked for."""
    return await _end(School.id == school) is not None


async def keep_visa(link_hash: bytes) -> int | None:
    """Whoever was asked says no; returns the collège as above."""
    kept = School.update({School.visa_end_link: None}).where(School.visa_end_link == link_hash)
    return next((one["id"] for one in await kept.returning(School.id)), None)


async def _end(which: Where) -> int | None:
    ended = School.update({School.needs_approval: False, School.visa_end_link: None})
    ended = ended.where(which, School.needs_approval.eq(True))
    return next((one["id"] for one in await ended.returning(School.id)), None)
