"""Who knocks at the door: the coordinator answers where the collège has not."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AfterNumber
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, AsCoordinator, Now, SiteSettings, may
from booking.people.company_requests.ask import decline, welcome
from booking.people.company_requests.queries import WaitingCompany, asking_after
from booking.people.company_requests.rules import RequestAnswered
from booking.people.sign_ups.rules import ANSWER_LASTS, SignUpAnswered
from booking.visits.newcomers.answer import confirm, refuse
from booking.visits.newcomers.queries import WaitingSignUp, waiting_after
from workshops.refusals import Refusal

SHOWN = 50
COMPANIES_SHOWN = 100


@renders("office/sign_ups.html")
class SignUps(Page, frozen=True):
    """`days`: how long a sign-up waits before it is erased. `asking`: the companies, on the first page alone."""

    waiting: Sequence[WaitingSignUp]
    asking: Sequence[WaitingCompany]
    next_page: str | None
    days: int
    refusal: Refusal | None = None


@get("/gestion/inscriptions", opt=may("accounts.give"))
async def list_sign_ups(apres: AfterNumber = 0) -> Template:
    return await _page(after=apres)


async def _page(*, after: int = 0, refusal: Refusal | None = None) -> Template:
    found = await waiting_after(after, limit=SHOWN + 1)
    more = f"/gestion/inscriptions?apres={found[SHOWN - 1].id}" if len(found) > SHOWN else None
    asking = [] if after else await asking_after(limit=COMPANIES_SHOWN)
    shown = SignUps(found[:SHOWN], asking, more, ANSWER_LASTS.days, refusal)
    return page(shown, status=refusal.status if refusal else 200)


@post("/gestion/inscriptions/{number:int}/confirmation", opt=may("accounts.give") | FRESH)
async def confirm_one(
    number: FromPath[int], person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template | Redirect:
    try:
        await confirm(
            number,
            by=person.account,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    except SignUpAnswered as no:
        return await _page(refusal=no)
    return done("/gestion/inscriptions", "inscription-confirmee")


@post("/gestion/inscriptions/{number:int}/refus", opt=may("accounts.give") | FRESH)
async def refuse_one(number: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    try:
        await refuse(number, by=person.account, now=now)
    except SignUpAnswered as no:
        return await _page(refusal=no)
    return done("/gestion/inscriptions", "inscription-refusee")


@post("/gestion/inscriptions/entreprises/{number:int}/acceptation", opt=may("accounts.give") | FRESH)
async def welcome_company(number: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    try:
        await welcome(number, by=person.account, token=secrets.token_urlsafe(32), now=now)
    except RequestAnswered as no:
        return await _page(refusal=no)
    return done("/gestion/inscriptions", "entreprise-accueillie")


@post("/gestion/inscriptions/entreprises/{number:int}/refus", opt=may("accounts.give") | FRESH)
async def decline_company(number: FromPath[int], person: AsCoordinator, now: Now) -> Template | Redirect:
    try:
        await decline(number, by=person.account, now=now)
    except RequestAnswered as no:
        return await _page(refusal=no)
    return done("/gestion/inscriptions", "entreprise-declinee")
