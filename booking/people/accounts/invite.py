"""Letting someone in: a coordinator or the command line gives an address a role.

An invitation that nobody has used yet is sent again, or withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import astuple

from booking.outbox.notices.queue import queue
from booking.outbox.notices.tables import Notice
from booking.people.accounts.known import INVITED, NEVER_CAME
from booking.people.accounts.roles import ROLES, Place
from booking.people.accounts.rules import Role, SentToday, plain_email, refuse_name
from booking.people.accounts.sign_in import Email, first_link
from booking.people.accounts.sign_out import WITHDRAW
from booking.people.accounts.sweep import FORGET_ACCOUNT, FORGET_RIGHTS, FORGET_TRIES
from booking.people.accounts.tables import Membership
from workshops.academie.queries import academie
from workshops.acts import Act, labelled, typed
from workshops.companies.tables import Company
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.partners.queries import partners
from workshops.refusals import Invalid, or_not_found
from workshops.schools.tables import School

KEEP_ACCOUNT = """INSERT INTO accounts (email, name, created_at, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO UPDATE SET name = CASE WHEN accounts.name = '' THEN EXCLUDED.name ELSE accounts.name END
RETURNING id, email, name"""
# Invited again for other départements, somebody reads these from then on.
KEEP_MEMBERSHIP = """INSERT INTO memberships (account, role, created_at, school, company, departments, partner)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account, role, coalesce(school, 0), coalesce(company, 0), coalesce(partner, 0)) DO UPDATE
SET departments = EXCLUDED.departments WHERE memberships.departments <> EXCLUDED.departments RETURNING id"""
HOLDS = """SELECT EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND m.role = $2 AND (m.school, m.company, m.departments, m.partner)
  IS NOT DISTINCT FROM ($3::int, $4::int, $5::varchar[], $6::int))"""
KEEP_AWAITING = """INSERT INTO memberships (account, role, school, created_at, awaiting)
VALUES ($1, 'teacher', $2, $3, true) ON CONFLICT DO NOTHING RETURNING id"""
# Her collège has said that she is its teacher.
BELONGS = "UPDATE memberships SET awaiting = false WHERE account = $1 AND school = $2 AND role = 'teacher'"


class Placed(Struct, frozen=True):
    """Where a role is held, by the numbers of this database; `departments` by their codes."""

    school: int | None = None
    company: int | None = None
    departments: tuple[str, ...] = ()
    partner: int | None = None


class Invite(Act, frozen=True, kw_only=True):
    """Somebody is given a role: in a school (by its UAI), a company (by its SIRET), some départements (by their codes)
    or for a partner (by its name in the consortium)."""

    email: Annotated[Email, Meta(extra={"label": "Adresse de messagerie professionnelle"})]
    role: Annotated[Role, labelled("Rôle", "What she may do.")]
    name: Annotated[str, typed("Prénom et nom", "What others read.", most=120, needed=True)] = ""
    school: Annotated[str, typed("Établissement", "Its UAI.", most=300)] | None = None
    company: Annotated[str, typed("Entreprise", "Its SIRET.", most=300)] | None = None
    departments: Annotated[
        tuple[Annotated[str, Meta(max_length=9)], ...],
        labelled("Départements", "Their codes.", sentence="Départements : écrivez leurs numéros, par exemple 25, 70."),
    ] = ()
    partner: Annotated[str, typed("Organisme du consortium", "Its name.", most=160)] | None = None


async def invite(
    asked: Invite, *, now: datetime, by: int | None = None, example: bool = False, tell: bool = True, token: str = ""
) -> int:
    """Give an address a role; returns the account.

    The mail opens the door by `token` to somebody who never came. Inviting twice changes nothing and sends nothing.

    Raises Invalid, field by field.
    """
    email = plain_email(asked.email)
    if asked.name:
        refuse_name(asked.name)
    async with transaction():
        placed = await place_of(asked)
        account = await row(KEEP_ACCOUNT, email, asked.name or email.split("@")[0], now, example)
        assert account is not None  # noqa: S101 - INSERT .. ON CONFLICT DO UPDATE always returns its row
        added = await value(KEEP_MEMBERSHIP, account["id"], asked.role, now, *astuple(placed))
        if added is None:
            return int(account["id"])
        await record("invited", by=by, about_kind="membership", about=added, detail=asked.role, now=now)
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


async def place_of(asked: Invite) -> Placed:
    """Where a role is, by what names it. Raises Invalid."""
    match ROLES[Role(asked.role)].place:
        case Place.COLLEGE | Place.LYCEE as kind:
            return Placed(school=await _school(asked.school or "", kind))
        case Place.COMPANY:
            return Placed(company=await _company(asked.company or ""))
        case Place.DEPARTMENTS:
            return Placed(departments=await _departments(asked.departments))
        case Place.PARTNER:
            return Placed(partner=await _partner(asked.partner or ""))
        case _:
            return Placed()


async def holds(email: str, role: str, placed: Placed) -> bool:
    """Whether this address already has this role there."""
    return bool(await value(HOLDS, email, role, *astuple(placed)))


async def _school(uai: str, kind: str) -> int:
    named = School.select(School.id, School.kind, School.name)
    found = await named.where(School.uai == uai.strip().upper()).first()
    if found is None:
        raise Invalid({"school": "Cet UAI n'est celui d'aucun établissement enregistré."})
    if found["kind"] != kind:
        wanted = "un collège" if kind == Place.COLLEGE else "un lycée"
        raise Invalid({"school": f"Ce rôle demande {wanted} : {found['name']} n'en est pas un."})
    return int(found["id"])


async def _company(siret: str) -> int:
    known = await Company.select(Company.id).where(Company.siret == siret.replace(" ", "")).first()
    if known is None:
        raise Invalid({"company": "Ce SIRET n'est celui d'aucune entreprise enregistrée."})
    return int(known["id"])


async def _departments(codes: Sequence[str]) -> tuple[str, ...]:
    told = sorted({code.strip().upper() for code in codes if code.strip()})
    if not told:
        raise Invalid({"departments": "Ce rôle demande un département au moins : écrivez son numéro, par exemple 25."})
    offered = (await academie()).offered
    if unknown := [code for code in told if code not in offered]:
        known = ", ".join(offered) or "aucun n'est connu"
        raise Invalid({"departments": f"Départements inconnus ici : {', '.join(unknown)[:60]}. Connus : {known}."})
    return tuple(told)


async def _partner(name: str) -> int:
    if not name.strip():
        raise Invalid({"partner": "Ce rôle demande un organisme du consortium : dites lequel."})
    alike = [one for one in await partners() if one.name.casefold() == " ".join(name.split()).casefold()]
    if len(alike) != 1:
        raise Invalid({"partner": "Ce nom n'est celui d'aucun membre du consortium. Écrivez-le comme sur sa page."})
    return alike[0].id


ONE = f"""SELECT m.id, m.role, a.id AS account, a.email, a.name {INVITED} {NEVER_CAME}
  AND m.id = $1 AND ($2::int IS NULL OR m.school = $2) FOR UPDATE OF m"""
CAME = f"""SELECT count(*) FROM memberships m WHERE m.id = ANY ($1::int[]) AND m.id NOT IN (
  SELECT m.id {INVITED} {NEVER_CAME})"""  # noqa: S608 - constants only
STANDING = "SELECT id FROM memberships WHERE id = ANY ($1::int[]) ORDER BY id"
BETWEEN = timedelta(days=1)


async def invite_again(membership: int, *, by: int, school: int | None = None, token: str = "", now: datetime) -> None:
    """The mail leaves once more, once a day at most, with a new way in by `token`. Raises NotFound, SentToday."""
    async with transaction():
        found = or_not_found(await row(ONE, membership, school))
        sent = Notice.exists().where(Notice.kind == "invited", Notice.about_kind == "account")
        sent = sent.where(Notice.about == found["account"], Notice.state != "failed")
        if await sent.where(Notice.created_at > now - BETWEEN):
            raise SentToday()
        await record("invited_again", by=by, about_kind="membership", about=membership, detail=found["role"], now=now)
        await queue(
            "invited",
            to_email=found["email"],
            to_name=found["name"],
            about_kind="account",
            about=found["account"],
            once=f"invited:{membership}:{int(now.timestamp())}",
            secret=await first_link(found["account"], token=token, next_path="/", now=now),
            now=now,
        )


async def withdraw_invitation(membership: int, *, by: int, school: int | None = None, now: datetime) -> None:
    """It opens nothing any more; an account that was made for it alone is erased. Raises NotFound."""
    async with transaction():
        found = or_not_found(await row(ONE, membership, school))
        await rows(WITHDRAW, membership)
        if not await Membership.exists().where(Membership.account == found["account"]):
            for statement in FORGET_RIGHTS:
                await rows(statement, found["account"])
            await rows(FORGET_TRIES, found["email"])
            await rows(FORGET_ACCOUNT, found["account"])
        await record(
            "invitation_withdrawn",
            by=by,
            about_kind="account",
            about=found["account"],
            detail=found["role"],
            now=now,
        )


async def came_among(memberships: Sequence[int]) -> int:
    """How many of these people have come in since they were invited."""
    return int(await value(CAME, list(memberships)))


async def withdraw_all(memberships: Sequence[int], *, by: int, now: datetime) -> None:
    """All these invitations are withdrawn, those that are already left out; inside the caller's transaction.

    Raises NotFound when somebody has come in meanwhile.
    """
    for one in await rows(STANDING, list(memberships)):
        await withdraw_invitation(one["id"], by=by, now=now)
