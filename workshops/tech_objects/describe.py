"""Describe a technological object that groups can build."""

from __future__ import annotations

from workshops.database import transaction, value
from workshops.refusals import Invalid, NotFound
from workshops.tech_objects.tables import TechObject

ADD = """
INSERT INTO tech_objects (name, summary, minutes, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO NOTHING RETURNING id
"""
NAME_TAKEN = "Un objet porte déjà ce nom."


async def describe(
    *, name: str, summary: str = "", minutes: int = 120, tech_object: int | None = None, example: bool = False
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
            made = await value(ADD, name, summary, minutes, example)
            if made is None:
                raise Invalid({"name": NAME_TAKEN})
            return int(made)
        if await TechObject.exists().where(TechObject.name == name, TechObject.id != tech_object):
            raise Invalid({"name": NAME_TAKEN})
        change = TechObject.update(
            {TechObject.name: name, TechObject.summary: summary, TechObject.minutes: minutes}
        ).where(TechObject.id == tech_object)
        if not await change.returning(TechObject.id):
            raise NotFound
        return tech_object
