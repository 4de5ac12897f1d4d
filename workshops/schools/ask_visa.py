"""A collège says whether its visits need the principal's visa, and whom to ask."""

from __future__ import annotations

import re

from workshops.database import row, transaction
from workshops.refusals import Invalid, NotFound

SET = """UPDATE schools SET needs_approval = $2, principal_name = $3, principal_mail = $4
WHERE id = $1 AND kind = 'college' RETURNING id"""
_MAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{1,250}", re.ASCII)
FORGET_PRINCIPAL = "UPDATE schools s SET principal_name = '', principal_mail = ''"


async def ask_visa(school: int, *, needed: bool, principal_name: str, principal_mail: str) -> None:
    """From now on, reservations of this collège wait for the visa, or no longer do. Raises Invalid, NotFound."""
    name, mail = " ".join(principal_name.split())[:120], principal_mail.strip().lower()
    errors = {}
    if mail and not _MAIL.fullmatch(mail):
        errors["principal_mail"] = "Écrivez une adresse de messagerie complète."
    if needed and not mail:
        errors["principal_mail"] = "Donnez l'adresse à laquelle la demande de visa est envoyée."
    if errors:
        raise Invalid(errors)
    async with transaction():
        if await row(SET, school, needed, name, mail) is None:
            raise NotFound()
