"""A lycée's workshops: the list, and what collèges see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.web.host.describe_workshop import workshop_form
from workshops.acts import Act
from workshops.catalogue.publish import publish_workshop, withdraw_workshop
from workshops.catalogue.queries import WorkshopCard, workshops_of
from workshops.catalogue.rules import missing_from_sheet


@dataclass(frozen=True)
class WorkshopList(Page, template="host/workshops.html"):
    """The workshops, and what the safety sheet of each lacks."""

    workshops: Sequence[WorkshopCard]
    missing: Mapping[int, Sequence[str]]


@get("/lycee/ateliers", opt=HOST)
async def own_workshops(person: NamedDependency[Host]) -> Template:
    found = await workshops_of(person.school)
    shown = WorkshopList(
        workshops=found,
        missing={one.id: missing_from_sheet(one.sheet) for one in found},
    )
    return page(shown)


@post("/lycee/ateliers/{number:int}/publication", opt=HOST)
@form_act(Act, page=workshop_form)
async def show_workshop(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await publish_workshop(number, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}", "atelier-publie")


@post("/lycee/ateliers/{number:int}/retrait", opt=HOST)
async def hide_workshop(
    number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Redirect:
    await withdraw_workshop(number, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}", "atelier-retire")
