"""Describe a technological object that groups can build."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from workshops.acts import Act, a_number, typed
from workshops.catalogue.tables import TechObject
from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, NotFound

ADD = """
INSERT INTO tech_objects (name, summary, minutes, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO NOTHING RETURNING id
"""
NAME_TAKEN = "Un objet porte déjà ce nom."
ObjectName = Annotated[str, typed("Nom de l'objet", "Its name, which no other object has.", most=120, least=1)]


class DescribeObject(Act, frozen=True, kw_only=True):
    """An object, and how many minutes a group spends on it."""

    name: ObjectName
    summary: Annotated[str, typed("Description", "What a pupil builds.", most=2000, lines=True)] = ""
    minutes: Annotated[int, a_number("Durée en minutes", "Minutes at the bench.", 10, 600, needed=True)] = 120


async def describe_object(
    asked: DescribeObject, *, tech_object: int | None = None, example: bool = False, by: int | None, now: datetime
) -> int:
    """A new object, or another wording of the one given. Returns its number. Raises Invalid, NotFound."""
    async with transaction():
        if tech_object is None:
            tech_object = await value(ADD, asked.name, asked.summary, asked.minutes, example)
            if tech_object is None:
                raise Invalid({"name": NAME_TAKEN})
        else:
            await _reword(tech_object, asked)
        await record_by(by, "object_described", about_kind="object", about=tech_object, now=now)
        return int(tech_object)


async def _reword(tech_object: int, asked: DescribeObject) -> None:
    if await TechObject.exists().where(TechObject.name == asked.name, TechObject.id != tech_object):
        raise Invalid({"name": NAME_TAKEN})
    reworded: dict[Any, Any] = {
        TechObject.name: asked.name,
        TechObject.summary: asked.summary,
        TechObject.minutes: asked.minutes,
    }
    if not await TechObject.update(reworded).where(TechObject.id == tech_object).returning(TechObject.id):
        raise NotFound
