"""Describing a workshop and its safety sheet, then changing it: one form for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.words.needs import OFFERS
from workshops.catalogue.describe import describe_workshop
from workshops.catalogue.queries import Picture, WorkshopCard, pictures_of, workshop
from workshops.catalogue.rules import (
    SHEET_WORDS,
    NoObject,
    SafetySheet,
    SheetIncomplete,
    WorkshopSketch,
    missing_from_sheet,
)
from workshops.opinions.queries import OpinionCount, said_of_workshop
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.schools.rules import LEVELS
from workshops.tech_objects.queries import ObjectCard, tech_objects

LONG = 2000
FIELDS = {"name": "new_object"}


@dataclass(frozen=True)
class Preview:
    """What is typed of a workshop as a collège will read it; the fields are those of a slot's page."""

    title: str
    summary: str
    levels: Sequence[str]
    sheet: SafetySheet
    objects: Sequence[ObjectCard]
    offers: Sequence[str]
    bring: str
    room_name: str = ""


@dataclass(frozen=True)
class NewWorkshopPage(Page, template="host/new_workshop.html"):
    """The questions about a workshop: what is already ticked is `taught`, `built` and `offered`."""

    levels: Mapping[str, str]
    taught: Sequence[str]
    objects: Mapping[str, str]
    built: Sequence[str]
    offered: Sequence[str]
    form: Form | None
    preview: Preview | None
    workshop: None = None


@dataclass(frozen=True)
class WorkshopForm(Page, template="host/workshop.html"):
    """The same of a workshop that stands; `missing` lacks on its safety sheet, `opinions` is what visits said."""

    workshop: WorkshopCard
    picture: Picture | None
    missing: Sequence[str]
    opinions: Sequence[OpinionCount]
    levels: Mapping[str, str]
    taught: Sequence[str]
    objects: Mapping[str, str]
    built: Sequence[str]
    offered: Sequence[str]
    form: Form | None
    preview: Preview | None
    refusal: Refusal | None


@get("/lycee/ateliers/nouveau", opt=HOST)
async def new_workshop() -> Template:
    return await workshop_page(None)


@get("/lycee/ateliers/{number:int}", opt=HOST)
async def one_workshop(number: FromPath[int], person: NamedDependency[Host]) -> Template:
    return await workshop_page(await own_workshop(number, person))


async def own_workshop(number: int, person: Host) -> WorkshopCard:
    """A workshop of this person's lycée; raises NotFound for every other one."""
    found = await workshop(number)
    if found is None or found.school != person.school:
        raise NotFound()
    return found


async def workshop_page(
    known: WorkshopCard | None,
    *,
    status: int = 200,
    form: Form | None = None,
    sketch: WorkshopSketch | None = None,
    refusal: Refusal | None = None,
    preview: Preview | None = None,
) -> Template:
    """The form as stored (`known`, None for a new workshop), or as it was typed (`form` and its `sketch`)."""
    shown = sketch or known
    built = sketch.objects if sketch else known.object_ids if known else ()
    asked: dict[str, Any] = {
        "levels": {level: level for level in LEVELS},
        "taught": list(shown.levels if shown else LEVELS),
        "objects": {str(one.id): one.name for one in await tech_objects()},
        "built": [str(one) for one in built],
        "offered": list(shown.offers if shown else ()),
        "form": form,
        "preview": preview,
    }
    if known is None:
        return page(NewWorkshopPage(**asked), status=status)
    picture = (await pictures_of([known.id])).get(known.id)
    missing = missing_from_sheet(known.sheet)
    opinions = await said_of_workshop(known.id)
    return page(WorkshopForm(known, picture, missing, opinions, **asked, refusal=refusal), status=status)


@post("/lycee/ateliers", opt=HOST)
async def write_workshop(
    request: AnyRequest, person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    return await _keep(Form(await request.form()), person, None, now)


@post("/lycee/ateliers/{number:int}", opt=HOST)
async def change_workshop(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    return await _keep(Form(await request.form()), person, await own_workshop(number, person), now)


async def _keep(form: Form, person: Host, known: WorkshopCard | None, now: datetime) -> Template | Redirect:
    sketch = await _sketch(form)
    new_object = form.text("new_object", label="Autre objet", most=120, required=False)
    if form.ticked("apercu"):
        # Nothing is kept, so nothing needs to be right yet.
        form.errors.clear()
        return await workshop_page(known, form=form, sketch=sketch, preview=await _as_read(sketch, new_object))
    try:
        form.refuse_if_wrong()
        kept = await describe_workshop(
            sketch,
            workshop=known.id if known else None,
            new_object=new_object,
            school=person.school,
            by=person.account,
            now=now,
        )
    except Invalid as no:
        form.errors.update({FIELDS.get(field, field): sentence for field, sentence in no.errors.items()})
        return await workshop_page(known, status=no.status, form=form, sketch=sketch)
    except SheetIncomplete as no:
        lacking = [(field, words) for field, words in SHEET_WORDS.items() if words in no.missing]
        form.errors.update({field: f"L'atelier est publié : écrivez {words}." for field, words in lacking})
        return await workshop_page(known, status=no.status, form=form, sketch=sketch)
    except NoObject as no:
        where = "objects" if await tech_objects() else "new_object"
        form.errors[where] = f"Objets fabriqués : {no.sentence[:1].lower()}{no.sentence[1:]}"
        return await workshop_page(known, status=no.status, form=form, sketch=sketch)
    return done(f"/lycee/ateliers/{kept}", "atelier-enregistre")


async def _as_read(sketch: WorkshopSketch, new_object: str) -> Preview:
    built = [one for one in await tech_objects() if one.id in sketch.objects]
    built += [ObjectCard(0, new_object, "", sketch.minutes)] if new_object else []
    return Preview(sketch.title, sketch.summary, sketch.levels, sketch.sheet, built, sketch.offers, sketch.bring)


async def _sketch(form: Form) -> WorkshopSketch:
    objects = {str(one.id): one.id for one in await tech_objects()}
    ticked = form.several("objects", objects, label="Objets fabriqués", required=False)
    return WorkshopSketch(
        title=form.text("title", label="Titre", most=140),
        summary=form.text("summary", label="Présentation", most=LONG, required=False, lines=True),
        levels=tuple(form.several("levels", LEVELS, label="Niveaux")),
        minutes=form.whole("minutes", 30, 600, label="Durée"),
        seats=form.whole("seats", 1, 200, label="Places"),
        groups_max=form.whole("groups_max", 1, 20, label="Groupes au plus"),
        access=form.text("access", label="Accès", most=1000, required=False, lines=True),
        sheet=SafetySheet(
            pupils_do=form.text("pupils_do", label="Ce que font les élèves", most=LONG, required=False, lines=True),
            shown_only=form.text("shown_only", label="Ce qui est montré", most=LONG, required=False, lines=True),
            protective_equipment=form.text(
                "protective_equipment", label="Équipement de protection", most=LONG, required=False, lines=True
            ),
            responsible=form.text("responsible", label="Responsable", most=120, required=False),
        ),
        offers=tuple(form.several("offers", OFFERS, label="Accueil possible", required=False)),
        bring=form.text("bring", label="Tenue et affaires", most=1000, required=False, lines=True),
        objects=tuple(objects[one] for one in ticked if one in objects),
    )
