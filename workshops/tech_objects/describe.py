"""Describe a technological object that groups can build."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, NotFound
from workshops.tech_objects.tables import TechObject

ADD = """
INSERT INTO tech_objects (name, summary, minutes, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO NOTHING RETURNING id
"""
NAME_TAKEN = "Un objet porte déjà ce nom."


async def describe_object(
    *,
    name: str,
    summary: str = "",
    minutes: int = 120,
    tech_object: int | None = None,
    example: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A new object, or another wording of the one given; `minutes` at the bench. Returns its number.

    Raises Invalid, NotFound.
    """
    name, summary = name.strip(), summary.strip()
    errors = {}
    if not name or len(name) > 120:
        errors["name"] = "Nommez l'objet, en 120 caractères au plus."
    if len(summary) > 2000:
        errors["summary"] = "Décrivez l'objet en 2 000 caractères au plus."
    if not 10 <= minutes <= 600:
        errors["minutes"] = "La fabrication dure de 10 à 600 minutes."
    if errors:
        raise Invalid(errors)
    async with transaction():
        if tech_object is None:
            tech_object = await value(ADD, name, summary, minutes, example)
            if tech_object is None:
                raise Invalid({"name": NAME_TAKEN})
        else:
            await _reword(tech_object, name, summary, minutes)
        await record_by(by, "object_described", about_kind="object", about=tech_object, now=now)
        return int(tech_object)


async def _reword(tech_object: int, name: str, summary: str, minutes: int) -> None:
    if await TechObject.exists().where(TechObject.name == name, TechObject.id != tech_object):
        raise Invalid({"name": NAME_TAKEN})
    told: dict[Any, Any] = {TechObject.name: name, TechObject.summary: summary, TechObject.minutes: minutes}
    if not await TechObject.update(told).where(TechObject.id == tech_object).returning(TechObject.id):
        raise NotFound
