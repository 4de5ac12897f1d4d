"""The teachers of a collège: who has an account, and who says that she teaches there too."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import FRESH, may
from booking.people.accounts.known import Colleague, colleagues_of
from booking.people.accounts.queries import Teacher
from booking.people.sign_ups.rules import SignUpAnswered
from booking.process.settings import Settings
from booking.visits.newcomers.answer import confirm, refuse
from booking.visits.newcomers.queries import WaitingSignUp, waiting_in
from workshops.refusals import Refusal


@renders("school/colleagues.html")
class Colleagues(Page, frozen=True):
    school_name: str
    colleagues: Sequence[Colleague]
    own: int
    waiting: Sequence[WaitingSignUp]
    refusal: Refusal | None = None


@get("/mon-college/collegues", opt=may("college.keep"))
async def list_colleagues(person: NamedDependency[Teacher]) -> Template:
    return await _page(person)


async def _page(person: Teacher, *, refusal: Refusal | None = None) -> Template:
    shown = Colleagues(
        school_name=person.school_name,
        colleagues=await colleagues_of(person.school, role=person.role),
        own=person.account,
        waiting=await waiting_in(person.school),
        refusal=refusal,
    )
    return page(shown, status=refusal.status if refusal else 200)


@post("/mon-college/collegues/{number:int}/confirmation", opt=may("college.keep") | FRESH)
async def confirm_colleague(
    number: FromPath[int],
    person: NamedDependency[Teacher],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    try:
        await confirm(
            number,
            by=person.account,
            school=person.school,
            new_token=lambda: secrets.token_urlsafe(32),
            secret_key=settings.secret_key,
            now=now,
        )
    except SignUpAnswered as no:
        return await _page(person, refusal=no)
    return done("/mon-college/collegues", "inscription-confirmee")


@post("/mon-college/collegues/{number:int}/refus", opt=may("college.keep") | FRESH)
async def refuse_colleague(
    number: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await refuse(number, by=person.account, school=person.school, now=now)
    except SignUpAnswered as no:
        return await _page(person, refusal=no)
    return done("/mon-college/collegues", "inscription-refusee")
