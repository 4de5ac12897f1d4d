"""The coordination's answer to a company: it is registered and its person invited, or a polite mail says no."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.outbox.notices.queue import queue
from booking.people.accounts.invite import invite
from booking.people.accounts.rules import Role
from booking.people.accounts.sign_in import first_link
from booking.people.company_requests.rules import RequestAnswered
from booking.people.company_requests.tables import CompanyRequest
from workshops.companies.queries import company_by_siret
from workshops.companies.register import RegisterCompany, register_company
from workshops.database import transaction
from workshops.events.record import record


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
        person = {"role": Role.COMPANY, "company": asked["siret"], "name": asked["contact_name"]}
        account = await invite(asked["email"], **person, by=by, tell=False, now=now)
        await queue(
            "company_accepted",
            to_email=asked["email"],
            to_name=asked["contact_name"],
            about_kind="company",
            about=company,
            once=f"company_accepted:{request}",
            secret=await first_link(account, token=token, next_path="/seances", now=now),
            now=now,
        )


async def decline(request: int, *, by: int, now: datetime) -> None:
    """Nothing of the request is kept; a mail thanks for it. Raises RequestAnswered."""
    async with transaction():
        asked = await _take(request)
        await queue(
            "company_declined",
            to_email=asked["email"],
            to_name=asked["contact_name"],
            about_kind="company_request",
            about=request,
            once=f"company_declined:{request}",
            now=now,
        )
        await record("company_turned_down", by=by, about_kind="company_request", about=request, now=now)


async def _take(request: int) -> dict[str, Any]:
    """Whoever answers first has answered."""
    taken = CompanyRequest.delete().where(CompanyRequest.id == request).returning(*CompanyRequest.all_columns())
    for asked in await taken:
        return dict(asked)
    raise RequestAnswered()
