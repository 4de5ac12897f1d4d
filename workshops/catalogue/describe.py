"""Write down a workshop, then change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from workshops.catalogue.rules import (
    NoObject,
    SheetIncomplete,
    Welcome,
    WorkshopSketch,
    missing_from_sheet,
    refuse_a_wrong_sketch,
)
from workshops.catalogue.tables import Workshop
from workshops.database import row, rows, transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, NotFound
from workshops.tech_objects.describe import DescribeObject, describe_object
from workshops.tech_objects.queries import tech_objects

LOCKED = "SELECT school, state FROM workshops WHERE id = $1 FOR UPDATE"
FORGET_OBJECTS = "DELETE FROM workshop_objects WHERE workshop = $1 AND tech_object <> ALL ($2::int[])"
LINK_OBJECTS = """
INSERT INTO workshop_objects (workshop, tech_object)
SELECT $1, id FROM tech_objects WHERE id = ANY ($2::int[]) ON CONFLICT DO NOTHING
"""
KNOWN_OBJECTS = "SELECT count(*) FROM tech_objects WHERE id = ANY ($1::int[])"


async def describe_workshop(
    sketch: WorkshopSketch,
    *,
    workshop: int | None = None,
    new_object: str = "",
    school: int,
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A lycée writes down a workshop that collèges do not see yet, or changes the one given; returns its number.

    One that collèges see keeps a complete safety sheet and an object; slots already open keep their own seats and
    levels. `new_object` names one more object built there; a name that is already known is that object.
    Raises Invalid, NotFound, SheetIncomplete, NoObject.
    """
    async with transaction():
        sketch = await _with_object(sketch, new_object, now)
        refuse_a_wrong_sketch(sketch)
        if workshop is None:
            draft = Workshop({Workshop.school: school, Workshop.example: example, **_told(sketch)})
            (made,) = await Workshop.insert(draft).returning(Workshop.id)
            act, workshop = "workshop_described", int(made["id"])
        else:
            act = "workshop_changed"
            await _change(workshop, sketch, school)
        await _link(workshop, sketch.objects)
        await record_by(by, act, about_kind="workshop", about=workshop, now=now)
        return workshop


async def _change(workshop: int, sketch: WorkshopSketch, school: int) -> None:
    known = await row(LOCKED, workshop)
    if known is None or known["school"] != school:
        raise NotFound
    missing = missing_from_sheet(sketch.sheet)
    if known["state"] == "published" and missing:
        raise SheetIncomplete(missing)
    if known["state"] == "published" and not sketch.objects:
        raise NoObject
    await Workshop.update(_told(sketch)).where(Workshop.id == workshop)


async def _with_object(sketch: WorkshopSketch, name: str, now: datetime) -> WorkshopSketch:
    if not name.strip():
        return sketch
    same = [one.id for one in await tech_objects() if one.name.casefold() == name.strip().casefold()]
    built = same[0] if same else await describe_object(DescribeObject(name=name), by=None, now=now)
    return replace(sketch, objects=(*sketch.objects, built))


async def _link(workshop: int, objects: tuple[int, ...]) -> None:
    wanted = list(set(objects))
    if await value(KNOWN_OBJECTS, wanted) != len(wanted):
        raise Invalid({"objects": "Un des objets choisis n'existe plus."})
    await rows(FORGET_OBJECTS, workshop, wanted)
    await rows(LINK_OBJECTS, workshop, wanted)


def _told(sketch: WorkshopSketch) -> dict[Any, Any]:
    return {
        Workshop.title: sketch.title.strip(),
        Workshop.summary: sketch.summary.strip(),
        Workshop.levels: list(sketch.levels),
        Workshop.minutes: sketch.minutes,
        Workshop.seats: sketch.seats,
        Workshop.groups_max: sketch.groups_max,
        Workshop.access: sketch.access.strip(),
        Workshop.pupils_do: sketch.sheet.pupils_do.strip(),
        Workshop.shown_only: sketch.sheet.shown_only.strip(),
        Workshop.protective_equipment: sketch.sheet.protective_equipment.strip(),
        Workshop.responsible: sketch.sheet.responsible.strip(),
        Workshop.offers: [one for one in Welcome if one in sketch.offers],
        Workshop.bring: sketch.bring.strip(),
    }
