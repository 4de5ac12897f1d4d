"""A company asks to join, whoever asks: the coordination reads it, and registers it or says a polite no."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.invite import Invite, invite
from booking.people.accounts.rules import Role, plain_email
from booking.people.accounts.sign_in import Email, PersonName, first_link
from booking.people.company_requests.rules import TRIES, RequestAnswered
from booking.people.company_requests.tables import CompanyRequest
from workshops.acts import Act, typed
from workshops.companies.queries import company_by_siret
from workshops.companies.register import Commune, CompanyName, RegisterCompany, Siret, register_company
from workshops.database import row, transaction
from workshops.events.record import record

MEMBER = """SELECT a.id, a.email, a.name FROM accounts a JOIN memberships m ON m.account = a.id AND m.role = 'company'
JOIN companies c ON c.id = m.company WHERE a.email = $1 AND c.siret = $2 AND a.disabled_at IS NULL"""
KEEP = """INSERT INTO company_requests (siret, company_name, commune, contact_name, email, proposal, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (siret, email) DO UPDATE SET company_name = excluded.company_name, commune = excluded.commune,
  contact_name = excluded.contact_name, proposal = excluded.proposal, asked_at = excluded.asked_at
RETURNING id, xmax = 0 AS first"""
FORGET_OF = "DELETE FROM company_requests WHERE email = $1"


class AskToJoin(Act, frozen=True, kw_only=True):
    """A company says who it is, and what it proposes."""

    siret: Annotated[Siret, Meta(extra={"label": "SIRET de l'entreprise"})]
    company_name: CompanyName
    commune: Annotated[Commune, Meta(min_length=1)]
    contact_name: Annotated[PersonName, Meta(extra={"label": "Votre prénom et votre nom"})]
    email: Annotated[Email, Meta(extra={"label": "Votre adresse professionnelle"})]
    proposal: Annotated[
        str, typed("Ce que vous proposez", "What it could do at a session.", most=600, least=1, lines=True)
    ]


async def ask_to_join(asked: AskToJoin, *, address: str, now: datetime) -> None:
    """Keep the request for the coordination; who represents this company already is sent how to sign in.

    A company that we know gets the same answer. Raises TooManyTries.
    """
    siret, email = "".join(asked.siret.split()), plain_email(asked.email)
    await tries.take("join", account=email, address=address, most=TRIES, now=now)
    async with transaction():
        member = await row(MEMBER, email, siret)
        if member is not None:
            await queue(
                "invited",
                to_email=member["email"],
                to_name=member["name"],
                about_kind="account",
                about=member["id"],
                once=f"invited_again:{member['id']}:{now:%Y%m%d}",
                now=now,
            )
            return
        kept = await row(KEEP, siret, asked.company_name, asked.commune, asked.contact_name, email, asked.proposal, now)
        if kept is not None and kept["first"]:
            await record("company_asked", by=None, about_kind="company_request", about=kept["id"], now=now)


async def forget_old(*, before: datetime) -> int:
    """Erase the requests that nobody answered."""
    gone = CompanyRequest.delete().where(CompanyRequest.asked_at <= before)
    return len(await gone.returning(CompanyRequest.id))


async def welcome(request: int, *, by: int, token: str, now: datetime) -> None:
    """The company is registered, unless it is, and a mail lets its person in. Raises RequestAnswered, Invalid.

    `token` opens the door once to whoever never came.
    """
    async with transaction():
        asked = await _take(request)
        known = await company_by_siret(asked["siret"])
        if known is None:
            card = RegisterCompany(name=asked["company_name"], commune=asked["commune"])
            company = await register_company(asked["siret"], card, by=by, now=now)
        else:
            company = known.id
        await record("company_welcomed", by=by, about_kind="company_request", about=request, now=now)
        person = Invite(email=asked["email"], role=Role.COMPANY, company=asked["siret"], name=asked["contact_name"])
        account = await invite(person, by=by, tell=False, now=now)
        await queue(
            "answered",
            to_email=asked["email"],
            to_name=asked["contact_name"],
            about_kind="company",
            about=company,
            once=f"company_accepted:{request}",
            what="company_accepted",
            secret=await first_link(account, token=token, next_path="/seances", now=now),
            now=now,
        )


async def decline(request: int, *, by: int, now: datetime) -> None:
    """Nothing of the request is kept; a mail thanks for it. Raises RequestAnswered."""
    async with transaction():
        asked = await _take(request)
        await queue(
            "answered",
            to_email=asked["email"],
            to_name=asked["contact_name"],
            about_kind="company_request",
            about=request,
            once=f"company_declined:{request}",
            what="company_declined",
            now=now,
        )
        await record("company_turned_down", by=by, about_kind="company_request", about=request, now=now)


async def _take(request: int) -> dict[str, Any]:
    """Whoever answers first has answered."""
    taken = CompanyRequest.delete().where(CompanyRequest.id == request).returning(*CompanyRequest.all_columns())
    for asked in await taken:
        return dict(asked)
    raise RequestAnswered()
