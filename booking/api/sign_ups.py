"""Who came in unasked and waits for an answer: teachers who signed up, companies that ask to join.

Keys read who waits. The answer gives an access: it is no key's.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from functools import partial

import msgspec
from litestar import get, post
from litestar.params import FromPath

from booking.api.schools import NamedSchool, naming
from booking.api.shapes import PAGE, Cursor, Instant, Limit, Page, answer_of, page_of, start_of
from booking.door.rights.guards import FRESH, AsCoordinator, Now, SiteSettings, may
from booking.people.company_requests.ask import decline, welcome
from booking.people.company_requests.queries import asking_after
from booking.people.company_requests.rules import RequestAnswered
from booking.people.sign_ups.rules import SignUpAnswered
from booking.visits.newcomers.answer import confirm, refuse
from booking.visits.newcomers.queries import WaitingSignUp, waiting_after
from workshops.refusals import NotFound


class SignUpAnswer(msgspec.Struct):
    """A teacher who says that she teaches in a collège; `inside`: her mail is trusted, she asks for visits already."""

    id: int
    email: str
    name: str
    college: NamedSchool
    proved_at: Instant
    inside: bool
    visits_asked: int


class CompanyAsking(msgspec.Struct):
    """A company that asks to join; `known_as` is its name where its SIRET is registered already."""

    id: int
    siret: str
    company_name: str
    commune: str
    contact_name: str
    email: str
    proposal: str
    asked_at: Instant
    known_as: str


class Answered(msgspec.Struct):
    """What was answered."""

    id: int


@get("/sign-ups", opt=may("accounts.give"))
async def list_sign_ups(limit: Limit = PAGE, cursor: Cursor = None) -> Page[SignUpAnswer]:
    """The teachers who wait for the word of their collège or of the coordination."""
    found = await waiting_after(start_of(cursor, of="sign-ups"), limit=limit + 1)
    named = await naming(one.school for one in found)

    def told(one: WaitingSignUp) -> SignUpAnswer:
        return answer_of(SignUpAnswer, one, college=named(one.school), visits_asked=one.asked)

    return page_of(found, told, of="sign-ups", limit=limit)


@post("/sign-ups/{number:int}/confirmation", opt=may("accounts.give") | FRESH, status_code=200)
async def confirm_sign_up(number: FromPath[int], person: AsCoordinator, settings: SiteSettings, now: Now) -> Answered:
    """She is a teacher of the collège: what she asked for is confirmed, or goes on to the principal's visa."""
    new_token = partial(secrets.token_urlsafe, 32)
    confirming = confirm(number, by=person.account, new_token=new_token, secret_key=settings.secret_key, now=now)
    return await _answered(number, confirming)


@post("/sign-ups/{number:int}/refusal", opt=may("accounts.give") | FRESH, status_code=200)
async def refuse_sign_up(number: FromPath[int], person: AsCoordinator, now: Now) -> Answered:
    """She is not: her places go back, her account is erased."""
    return await _answered(number, refuse(number, by=person.account, now=now))


@get("/company-requests", opt=may("accounts.give"))
async def list_company_requests(limit: Limit = PAGE, cursor: Cursor = None) -> Page[CompanyAsking]:
    """The companies that ask to join."""
    found = await asking_after(start_of(cursor, of="company-requests"), limit=limit + 1)
    return page_of(found, partial(answer_of, CompanyAsking), of="company-requests", limit=limit)


@post("/company-requests/{number:int}/acceptance", opt=may("accounts.give") | FRESH, status_code=200)
async def accept_company(number: FromPath[int], person: AsCoordinator, now: Now) -> Answered:
    """The company is registered, and whoever asked is invited."""
    return await _answered(number, welcome(number, by=person.account, token=secrets.token_urlsafe(32), now=now))


@post("/company-requests/{number:int}/refusal", opt=may("accounts.give") | FRESH, status_code=200)
async def refuse_company(number: FromPath[int], person: AsCoordinator, now: Now) -> Answered:
    """The request is erased, a mail thanks for it."""
    return await _answered(number, decline(number, by=person.account, now=now))


async def _answered(number: int, answering: Awaitable[None]) -> Answered:
    try:
        await answering
    except (SignUpAnswered, RequestAnswered):
        raise NotFound() from None
    return Answered(number)
