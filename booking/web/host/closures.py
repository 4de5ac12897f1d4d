"""The days on which a lycée receives nobody, beyond the school holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.answers import Page, done, page
from booking.door.forms import Form
from booking.door.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.hosting.queries import Reception, receptions_to_come
from booking.wording import paris
from workshops.refusals import Invalid
from workshops.school_calendar.close import close_school, reopen_school
from workshops.school_calendar.queries import OwnClosure, closures_of_school
from workshops.slots.rules import TO_COME


@dataclass(frozen=True)
class ClosureList(Page, template="host/closures.html"):
    """The closures to come, and the slots that are `standing` on their days."""

    closures: Sequence[OwnClosure]
    standing: Mapping[int, Sequence[Reception]]
    today: date
    form: Form | None


@get("/lycee/fermetures", opt=HOST)
async def own_closures(person: NamedDependency[Host], now: NamedDependency[datetime]) -> Template:
    return await _list_page(person, now)


async def _list_page(person: Host, now: datetime, *, status: int = 200, form: Form | None = None) -> Template:
    school, today = person.school, paris(now).date()
    closures = await closures_of_school(school, since=today)
    standing = [one for one in await receptions_to_come(school, now=now) if one.state in TO_COME]
    shown = ClosureList(
        closures=closures,
        standing={off.id: [one for one in standing if off.first_on <= one.on <= off.last_on] for off in closures},
        today=today,
        form=form,
    )
    return page(shown, status=status)


@post("/lycee/fermetures", opt=HOST)
async def shut_school(
    request: Request[Any, Any, Any], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    form = Form(await request.form())
    first_on = form.date("first_on", label="Premier jour")
    last_on = form.date("last_on", label="Dernier jour") if form.typed.get("last_on", "").strip() else first_on
    label = form.text("label", label="Raison", most=120)
    try:
        form.refuse_if_wrong()
        today = paris(now).date()
        await close_school(person.school, label=label, first_on=first_on, last_on=last_on, today=today)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _list_page(person, now, status=no.status, form=form)
    return done("/lycee/fermetures", "fermeture-ajoutee")


@post("/lycee/fermetures/{number:int}/retrait", opt=HOST)
async def take_back(number: FromPath[int], person: NamedDependency[Host]) -> Redirect:
    await reopen_school(number, school=person.school)
    return done("/lycee/fermetures", "fermeture-retiree")
