"""The technological objects that workshops may offer."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.catalogue.queries import ObjectCard, tech_object, tech_objects
from workshops.refusals import or_not_found


@renders("office/objects.html")
class ObjectList(Page, frozen=True):
    objects: Sequence[ObjectCard]


@renders("office/object.html", acts={"asked": DescribeObject})
class ObjectForm(Page, frozen=True):
    object: ObjectCard | None


@get("/gestion/objets", opt=may("objects.keep"))
async def list_objects() -> Template:
    return page(ObjectList(objects=await tech_objects()))


@get("/gestion/objets/nouveau", opt=may("objects.keep"))
async def new_object() -> Template:
    return page(ObjectForm(object=None))


@get("/gestion/objets/{number:int}", opt=may("objects.keep"))
async def one_object(number: FromPath[int]) -> Template:
    return page(ObjectForm(object=or_not_found(await tech_object(number))))


@post("/gestion/objets", opt=may("objects.keep"))
@form_act(DescribeObject, page=new_object.fn)
async def add_object(asked: DescribeObject, person: AsCoordinator, now: Now) -> Redirect:
    await describe_object(asked, by=person.account, now=now)
    return done("/gestion/objets", "objet-enregistre")


@post("/gestion/objets/{number:int}", opt=may("objects.keep"))
@form_act(DescribeObject, page=one_object.fn)
async def change_object(asked: DescribeObject, number: FromPath[int], person: AsCoordinator, now: Now) -> Redirect:
    await describe_object(asked, tech_object=number, by=person.account, now=now)
    return done("/gestion/objets", "objet-enregistre")
