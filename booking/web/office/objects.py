"""The technological objects that workshops may offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from workshops.refusals import Invalid, or_not_found
from workshops.tech_objects.describe import describe_object
from workshops.tech_objects.queries import ObjectCard, tech_object, tech_objects


@dataclass(frozen=True)
class ObjectList(Page, template="office/objects.html"):
    objects: Sequence[ObjectCard]


@dataclass(frozen=True)
class ObjectForm(Page, template="office/object.html"):
    object: ObjectCard | None
    form: Form | None = None


@get("/gestion/objets", opt=COORDINATOR)
async def list_objects() -> Template:
    return page(ObjectList(objects=await tech_objects()))


@get("/gestion/objets/nouveau", opt=COORDINATOR)
async def new_object() -> Template:
    return page(ObjectForm(object=None))


@get("/gestion/objets/{number:int}", opt=COORDINATOR)
async def one_object(number: FromPath[int]) -> Template:
    return page(ObjectForm(object=await _known(number)))


@post("/gestion/objets", opt=COORDINATOR)
async def add_object(
    request: AnyRequest, person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    return await _keep(request, None, person, now)


@post("/gestion/objets/{number:int}", opt=COORDINATOR)
async def change_object(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[Coordinator], now: NamedDependency[datetime]
) -> Template | Redirect:
    return await _keep(request, await _known(number), person, now)


async def _known(number: int) -> ObjectCard:
    return or_not_found(await tech_object(number))


async def _keep(
    request: AnyRequest, known: ObjectCard | None, person: Coordinator, now: datetime
) -> Template | Redirect:
    form = Form(await request.form())
    try:
        name = form.text("name", label="Nom de l'objet", most=120)
        summary = form.text("summary", label="Description", most=2000, required=False, lines=True)
        minutes = form.whole("minutes", 10, 600, label="Durée en minutes")
        form.refuse_if_wrong()
        number = known.id if known else None
        await describe_object(
            name=name, summary=summary, minutes=minutes, tech_object=number, by=person.account, now=now
        )
    except Invalid as no:
        form.errors.update(no.errors)
        return page(ObjectForm(object=known, form=form), status=422)
    return done("/gestion/objets", "objet-enregistre")
