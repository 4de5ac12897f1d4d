"""A company asks to join: the coordination reads it, whoever asks."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.rules import plain_email
from booking.people.company_requests.rules import PROPOSAL_MOST, TRIES
from booking.people.company_requests.tables import CompanyRequest
from workshops.companies.rules import is_siret
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import Invalid

MEMBER = """SELECT a.id, a.email, a.name FROM accounts a JOIN memberships m ON m.account = a.id AND m.role = 'company'
JOIN companies c ON c.id = m.company WHERE a.email = $1 AND c.siret = $2 AND a.disabled_at IS NULL"""
KEEP = """INSERT INTO company_requests (siret, company_name, commune, contact_name, email, proposal, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (siret, email) DO UPDATE SET company_name = excluded.company_name, commune = excluded.commune,
  contact_name = excluded.contact_name, proposal = excluded.proposal, asked_at = excluded.asked_at
RETURNING id, xmax = 0 AS first"""
FORGET_OF = "DELETE FROM company_requests WHERE email = $1"


async def ask_to_join(
    *,
    siret: str,
    company_name: str,
    commune: str,
    contact_name: str,
    email: str,
    proposal: str,
    address: str,
    now: datetime,
) -> None:
    """Keep the request for the coordination; who represents this company already is sent how to sign in.

    A company that we know gets the same answer. Raises Invalid, TooManyTries.
    """
    siret, wrong = "".join(siret.split()), {}
    if not is_siret(siret):
        wrong["siret"] = "Ce SIRET n'est pas valable : 14 chiffres, dont le dernier est une clé."
    try:
        email = plain_email(email)
    except Invalid as no:
        wrong |= no.errors
    if len(proposal) > PROPOSAL_MOST:
        wrong["proposal"] = f"Ce que vous proposez : {PROPOSAL_MOST} caractères au plus."
    if wrong:
        raise Invalid(wrong)
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
        kept = await row(KEEP, siret, company_name, commune, contact_name, email, proposal, now)
        if kept is not None and kept["first"]:
            await record("company_asked", by=None, about_kind="company_request", about=kept["id"], now=now)


async def forget_old(*, before: datetime) -> int:
    """Erase the requests that nobody answered."""
    gone = CompanyRequest.delete().where(CompanyRequest.asked_at <= before)
    return len(await gone.returning(CompanyRequest.id))
