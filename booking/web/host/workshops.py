"""A lycée's workshops: the list, one form that describes or changes one with its safety sheet, what collèges see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.web.bts1.course import lycees_by_number
from workshops.acts import Act, typed
from workshops.acts.plain_words import some_lines
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop, withdraw_workshop
from workshops.catalogue.queries import (
    ObjectCard,
    OpinionCount,
    Picture,
    WorkshopCard,
    pictures_of,
    said_of_workshop,
    tech_objects,
    workshop,
    workshops_of,
)
from workshops.catalogue.rules import SafetySheet, Welcome, missing_from_sheet
from workshops.refusals import NotFound
from workshops.schools.rules import LEVELS
from workshops.september_hands.queries import without_sections

PREVIEW = "apercu"


@renders("host/workshops.html")
class WorkshopList(Page, frozen=True):
    """The workshops, and what the safety sheet of each lacks; `ptech` and `bts1`: whether the lycée has such records,
    which the header leads to then. `without_sections`: it is not asked in September."""

    workshops: Sequence[WorkshopCard]
    missing: Mapping[int, Sequence[str]]
    ptech: bool
    bts1: bool
    without_sections: bool


@get("/lycee/ateliers", opt=may("workshops.describe"))
async def own_workshops(person: AsHost) -> Template:
    workshops = await workshops_of(person.school)
    missing = {card.id: missing_from_sheet(card.sheet) for card in workshops}
    asked_no_more = await without_sections(person.school)
    return page(WorkshopList(workshops, missing, person.school_ptech, person.school_bts1, asked_no_more))


class TypedWorkshop(DescribeWorkshop, frozen=True, kw_only=True):
    """A workshop with one more object that is built there, which the list may lack."""

    new_object: Annotated[str, typed("Autre objet fabriqué", "An object that is not in the list.", most=120)] = ""


class Preview(Struct, frozen=True):
    """What is typed of a workshop as a collège will read it; the fields are those of a slot's page."""

    title: str
    summary: str
    levels: Sequence[str]
    sheet: SafetySheet
    objects: Sequence[ObjectCard]
    offers: Sequence[str]
    bring: str
    room_name: str = ""


@renders("host/new_workshop.html", acts={"asked": TypedWorkshop})
class NewWorkshopPage(Page, frozen=True):
    """The questions about a workshop."""

    objects: Mapping[str, str]
    lycees: Mapping[str, str]
    preview: Preview | None
    workshop: None = None


@renders("host/workshop.html", acts={"asked": TypedWorkshop})
class WorkshopForm(Page, frozen=True):
    """The same of a workshop that stands; `missing` lacks on its safety sheet, `opinions` is what visits said."""

    objects: Mapping[str, str]
    lycees: Mapping[str, str]
    preview: Preview | None
    workshop: WorkshopCard
    picture: Picture | None
    missing: Sequence[str]
    opinions: Sequence[OpinionCount]


@get("/lycee/ateliers/nouveau", opt=may("workshops.describe"))
async def new_workshop() -> Template:
    return await new_form()


async def new_form(*, form: Form | None = None) -> Template:
    objects = await tech_objects()
    return page(NewWorkshopPage(_words(objects, form), await _lycees(), _preview(objects, form)))


@get("/lycee/ateliers/{number:int}", opt=may("workshops.describe"))
async def one_workshop(number: FromPath[int], person: AsHost) -> Template:
    return await workshop_form(number, person)


async def workshop_form(number: FromPath[int], person: AsHost, *, form: Form | None = None) -> Template:
    known, objects = await own_workshop(number, person), await tech_objects()
    shown = WorkshopForm(
        objects=_words(objects, form),
        lycees=await _lycees(),
        preview=_preview(objects, form),
        workshop=known,
        picture=(await pictures_of([number])).get(number),
        missing=missing_from_sheet(known.sheet),
        opinions=await said_of_workshop(number),
    )
    return page(shown)


async def own_workshop(number: int, person: Host) -> WorkshopCard:
    """A workshop of this person's lycée; raises NotFound for every other one."""
    known = await workshop(number)
    if known is None or known.school != person.school:
        raise NotFound()
    return known


@post("/lycee/ateliers", opt=may("workshops.describe") | {"shown_again": True})
@form_act(TypedWorkshop, page=new_form, unread=PREVIEW)
async def write_workshop(asked: TypedWorkshop, person: AsHost, now: Now) -> Redirect:
    return await _keep(asked, None, person, now)


@post("/lycee/ateliers/{number:int}", opt=may("workshops.describe") | {"shown_again": True})
@form_act(TypedWorkshop, page=workshop_form, unread=PREVIEW)
async def change_workshop(asked: TypedWorkshop, number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    return await _keep(asked, number, person, now)


async def _keep(asked: TypedWorkshop, number: int | None, person: Host, now: datetime) -> Redirect:
    kept = await describe_workshop(
        asked, workshop=number, new_object=asked.new_object, school=person.school, by=person.account, now=now
    )
    return done(f"/lycee/ateliers/{kept}", "atelier-enregistre")


@post("/lycee/ateliers/{number:int}/publication", opt=may("workshops.describe"))
@form_act(Act, page=workshop_form)
async def show_workshop(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await publish_workshop(number, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}", "atelier-publie")


@post("/lycee/ateliers/{number:int}/retrait", opt=may("workshops.describe"))
async def hide_workshop(number: FromPath[int], person: AsHost, now: Now) -> Redirect:
    await withdraw_workshop(number, school=person.school, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}", "atelier-retire")


def _words(objects: Sequence[ObjectCard], form: Form | None) -> dict[str, str]:
    """The objects to tick; where there is none yet, what is wrong with them is said beside the name of a new one."""
    if form is not None and not objects and "objects" in form.errors:
        form.errors["new_object"] = form.errors.pop("objects")
    return {str(built.id): built.name for built in objects}


async def _lycees() -> dict[str, str]:
    return {"": "Notre lycée"} | await lycees_by_number()


def _preview(objects: Sequence[ObjectCard], form: Form | None) -> Preview | None:
    """Nothing is kept of what is only looked at, so nothing needs to be right yet."""
    if form is None or not form.ticked(PREVIEW):
        return None
    typed_in = {name: some_lines(text) for name, text in form.typed.items()}
    named = typed_in.get("new_object")
    ticked = form.all("objects")
    return Preview(
        title=typed_in.get("title", ""),
        summary=typed_in.get("summary", ""),
        levels=[level for level in LEVELS if level in form.all("levels")],
        sheet=SafetySheet(*(typed_in.get(name, "") for name in SafetySheet.__struct_fields__)),
        objects=[built for built in objects if str(built.id) in ticked]
        + ([ObjectCard(0, named, "", 0)] if named else []),
        offers=[offer for offer in Welcome if offer in form.all("offers")],
        bring=typed_in.get("bring", ""),
    )
