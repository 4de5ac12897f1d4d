"""A lycée describes a workshop or changes it, and the journal says who did: a safety sheet has an author."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workshops.catalogue.draft import draft, edit
from workshops.catalogue.rules import Sketch
from workshops.database import transaction
from workshops.events.record import record
from workshops.tech_objects.describe import describe
from workshops.tech_objects.queries import tech_objects


async def describe_workshop(
    sketch: Sketch, *, host_school: int, by: int, now: datetime, workshop: int | None = None, new_object: str = ""
) -> int:
    """A new draft, or another wording of the workshop given; returns its number.

    `new_object` names one more object built there; a name that is already known is that object.
    Raises Invalid, NotFound, SheetIncomplete, NoObject.
    """
    async with transaction():
        if new_object.strip():
            sketch = replace(sketch, objects=(*sketch.objects, await _object_named(new_object)))
        if workshop is None:
            workshop = await draft(sketch, host_school=host_school)
            await record("workshop_described", by=by, about_kind="workshop", about=workshop, now=now)
        else:
            await edit(workshop, sketch, host_school=host_school)
            await record("workshop_changed", by=by, about_kind="workshop", about=workshop, now=now)
        return workshop


async def _object_named(name: str) -> int:
    same = [one.id for one in await tech_objects() if one.name.casefold() == name.strip().casefold()]
    return same[0] if same else await describe(name=name)
