"""Letting someone in: a coordinator or the command line gives an address a role."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import ROLES, ROLES_OF_A_SCHOOL, Role, plain_email, refuse_name
from booking.people.accounts.sign_in import first_link
from workshops.companies.tables import Company
from workshops.database import row, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid
from workshops.schools.tables import School
from workshops.typed_text.plain_words import one_line

KEEP_ACCOUNT = """INSERT INTO accounts (email, name, created_at, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO UPDATE SET name = CASE WHEN accounts.name = '' THEN EXCLUDED.name ELSE accounts.name END
RETURNING id, email, name"""
KEEP_MEMBERSHIP = """INSERT INTO memberships (account, role, school, company, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING id"""
KEEP_AWAITING = """INSERT INTO memberships (account, role, school, created_at, awaiting)
VALUES ($1, 'teacher', $2, $3, true) ON CONFLICT DO NOTHING RETURNING id"""
# Her collège has said that she is its teacher.
BELONGS = "UPDATE memberships SET awaiting = false WHERE account = $1 AND school = $2 AND role = 'teacher'"
FITTING_KIND: dict[str, str] = {Role.TEACHER: "college", Role.PRINCIPAL: "college", Role.HOST: "lycee"}


async def invite(
    email: str,
    *,
    role: str,
    now: datetime,
    name: str = "",
    school: str | None = None,
    company: str | None = None,
    by: int | None = None,
    example: bool = False,
    tell: bool = True,
    token: str = "",
) -> int:
    """Give an address a role in a school (by UAI) or a company (by SIRET); returns the account.

    The mail opens the door by `token` to somebody who never came. Inviting twice changes nothing and sends nothing.

    Raises Invalid, field by field.
    """
    email, name = plain_email(email), one_line(name)[:120]
    if name:
        refuse_name(name)
    async with transaction():
        place = await place_of(role, school=school, company=company)
        account = await row(KEEP_ACCOUNT, email, name or email.split("@")[0], now, example)
        assert account is not None  # noqa: S101 - INSERT .. ON CONFLICT DO UPDATE always returns its row
        added = await value(KEEP_MEMBERSHIP, account["id"], role, *place, now)
        if added is None:
            return int(account["id"])
        await record("invited", by=by, about_kind="membership", about=added, detail=role, now=now)
        if tell:
            await queue(
                "invited",
                to_email=account["email"],
                to_name=account["name"],
                about_kind="account",
                about=account["id"],
                once=f"invited:{added}",
                secret=await first_link(account["id"], token=token, next_path="/", now=now),
                now=now,
            )
        return int(account["id"])


async def place_of(role: str, *, school: str | None, company: str | None) -> tuple[int | None, int | None]:
    """The school and the company that a role is in, by their numbers here. Raises Invalid."""
    if role not in ROLES:
        raise Invalid({"role": "Choisissez un rôle : teacher, principal, host, company ou coordinator."})
    if role in ROLES_OF_A_SCHOOL:
        named = School.select(School.id, School.kind, School.name)
        found = await named.where(School.uai == (school or "").strip().upper()).first()
        if found is None:
            raise Invalid({"school": "Cet UAI n'est celui d'aucun établissement enregistré."})
        if found["kind"] != FITTING_KIND[role]:
            wanted = "un collège" if FITTING_KIND[role] == "college" else "un lycée"
            raise Invalid({"school": f"Ce rôle demande {wanted} : {found['name']} n'en est pas un."})
        return int(found["id"]), None
    if role == "company":
        siret = (company or "").replace(" ", "")
        known = await Company.select(Company.id).where(Company.siret == siret).first()
        if known is None:
            raise Invalid({"company": "Ce SIRET n'est celui d'aucune entreprise enregistrée."})
        return None, int(known["id"])
    return None, None
