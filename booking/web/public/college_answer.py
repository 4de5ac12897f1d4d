"""The link in a collège's official mailbox: one button says that a teacher is its own, another that she is not."""

from __future__ import annotations

import secrets
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.sign_ups.rules import SignUpAnswered
from booking.process.settings import Settings
from booking.visits.newcomers.answer import confirm, refuse, sign_up_of
from booking.visits.newcomers.queries import WaitingSignUp, waiting_behind

ANSWERS = {"oui": "Confirmer", "non": "Refuser"}


@renders("public/college_asked.html")
class CollegeAsked(Page, frozen=True):
    token: str
    waiting: WaitingSignUp


@renders("public/college_answered.html")
class CollegeAnswered(Page, frozen=True):
    name: str
    confirmed: bool


async def _behind(token: str, now: datetime) -> WaitingSignUp:
    found = await waiting_behind(token, now=now)
    if found is None:
        raise SignUpAnswered()
    return found


@get("/inscription/college/{token:str}", opt=may("public.use"))
async def college_page(token: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """Only buttons: mail scanners follow links, they do not press buttons."""
    return page(CollegeAsked(token, await _behind(token, now)))


@post("/inscription/college/{token:str}", opt=may("public.use"))
async def college_answers(
    request: AnyRequest, token: FromPath[str], settings: NamedDependency[Settings], now: NamedDependency[datetime]
) -> Template:
    waiting = await _behind(token, now)
    form = Form(await request.form())
    answer = form.choice("answer", ANSWERS, label="Réponse")
    form.refuse_if_wrong()
    if answer == "oui":
        await confirm(
            await sign_up_of(token),
            by=None,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    else:
        await refuse(await sign_up_of(token), by=None, now=now)
    return page(CollegeAnswered(waiting.name, answer == "oui"))
