"""The groups and visits of a collège that nobody follows: a colleague takes them over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.visits.handovers.queries import LeftGroup, left_behind
from booking.visits.handovers.rules import TakenOver
from booking.visits.handovers.take_over import take_over
from booking.words.wording import school_year_of
from workshops.refusals import Refusal

WHERE = "/mon-college/sans-enseignant"


@renders("school/left_behind.html")
class LeftBehind(Page, frozen=True):
    school_name: str
    left: Sequence[LeftGroup]
    refusal: Refusal | None = None


@get(WHERE, opt=may("college.keep"))
async def list_left_behind(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Template:
    return await _page(person, now)


async def _page(person: Teacher, now: datetime, *, refusal: Refusal | None = None) -> Template:
    left = await left_behind(person.school, school_year=school_year_of(now), now=now)
    return page(LeftBehind(person.school_name, left, refusal), status=refusal.status if refusal else 200)


@post(f"{WHERE}/{{group:int}}/reprise", opt=may("college.keep"))
async def take_left_group(
    group: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        visits = await take_over(group, school=person.school, by=person.account, now=now)
    except TakenOver as no:
        return await _page(person, now, refusal=no)
    return done(WHERE, "groupe-et-visites-repris" if visits else "groupe-laisse-repris")
