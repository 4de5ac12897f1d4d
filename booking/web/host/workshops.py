"""A lycée's workshops: written down, completed, shown to collèges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.accounts.queries import Person
from booking.door.answers import done, page
from booking.door.forms import Form
from booking.hosting.publish import publish_workshop, withdraw_workshop
from booking.wording import LEVELS
from workshops.catalogue.draft import draft, edit
from workshops.catalogue.queries import WorkshopCard, workshop, workshops_of
from workshops.catalogue.rules import SHEET_WORDS, SafetySheet, SheetIncomplete, Sketch, missing_from_sheet
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.tech_objects.queries import tech_objects

AnyRequest = Request[Any, Any, Any]
HOST = {"who": {"host"}}
LONG = 2000


@get("/lycee/ateliers", opt=HOST)
async def own_workshops(person: NamedDependency[Person]) -> Template:
    found = await workshops_of(person.school or 0)
    return page(
        "host/workshops.html",
        person=person,
        workshops=found,
        missing={one.id: missing_from_sheet(one.sheet) for one in found},
    )


@get("/lycee/ateliers/nouveau", opt=HOST)
async def new_workshop(person: NamedDependency[Person]) -> Template:
    return await _form_page(person, None)


@get("/lycee/ateliers/{number:int}", opt=HOST)
async def one_workshop(number: FromPath[int], person: NamedDependency[Person]) -> Template:
    return await _form_page(person, await _own(number, person))


async def _own(number: int, person: Person) -> WorkshopCard:
    found = await workshop(number)
    if found is None or found.school != person.school:
        raise NotFound()
    return found


async def _form_page(
    person: Person,
    known: WorkshopCard | None,
    *,
    status: int = 200,
    form: Form | None = None,
    sketch: Sketch | None = None,
    refusal: Refusal | None = None,
) -> Template:
    objects = await tech_objects()
    shown = sketch or known
    built = sketch.objects if sketch else known.object_ids if known else ()
    return page(
        "host/workshop.html" if known else "host/new_workshop.html",
        status=status,
        person=person,
        workshop=known,
        missing=missing_from_sheet(known.sheet) if known else [],
        objects={str(one.id): one.name for one in objects},
        built=[str(one) for one in built],
        levels={level: level for level in LEVELS},
        taught=list(shown.levels if shown else LEVELS),
        form=form,
        refusal=refusal,
    )


@post("/lycee/ateliers", opt=HOST)
async def write_workshop(request: AnyRequest, person: NamedDependency[Person]) -> Template | Redirect:
    form = Form(await request.form())
    sketch = await _sketch(form)
    try:
        form.refuse_if_wrong()
        made = await draft(sketch, host_school=person.school or 0)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _form_page(person, None, status=no.status, form=form, sketch=sketch)
    return done(f"/lycee/ateliers/{made}", "atelier-enregistre")


@post("/lycee/ateliers/{number:int}", opt=HOST)
async def change_workshop(
    request: AnyRequest, number: FromPath[int], person: NamedDependency[Person]
) -> Template | Redirect:
    known = await _own(number, person)
    form = Form(await request.form())
    sketch = await _sketch(form)
    try:
        form.refuse_if_wrong()
        await edit(number, sketch, host_school=known.school)
    except Invalid as no:
        form.errors.update(no.errors)
        return await _form_page(person, known, status=no.status, form=form, sketch=sketch)
    except SheetIncomplete as no:
        lacking = {field: words for field, words in SHEET_WORDS.items() if words in no.missing}
        form.errors.update({field: f"L'atelier est publié : écrivez {words}." for field, words in lacking.items()})
        return await _form_page(person, known, status=no.status, form=form, sketch=sketch)
    return done(f"/lycee/ateliers/{number}", "atelier-enregistre")


async def _sketch(form: Form) -> Sketch:
    objects = {str(one.id) for one in await tech_objects()}
    return Sketch(
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
        objects=tuple(
            int(one) for one in form.several("objects", objects, label="Objets", required=False) if one in objects
        ),
    )


@post("/lycee/ateliers/{number:int}/publication", opt=HOST)
async def show_workshop(
    number: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Template | Redirect:
    try:
        await publish_workshop(number, host_school=person.school or 0, by=person.account, now=now)
    except SheetIncomplete as no:
        return await _form_page(person, await _own(number, person), status=no.status, refusal=no)
    return done(f"/lycee/ateliers/{number}", "atelier-publie")


@post("/lycee/ateliers/{number:int}/retrait", opt=HOST)
async def hide_workshop(
    number: FromPath[int], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Redirect:
    await withdraw_workshop(number, host_school=person.school or 0, by=person.account, now=now)
    return done(f"/lycee/ateliers/{number}", "atelier-retire")
