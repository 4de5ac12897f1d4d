"""Show a picture of a workshop, or show none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from workshops.acts import Act, typed
from workshops.catalogue.tables import WorkshopPicture
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

LOCKED = """
SELECT w.school, coalesce(p.name, '') AS former
FROM workshops w LEFT JOIN workshop_pictures p ON p.workshop = w.id WHERE w.id = $1 FOR UPDATE OF w
"""
SHOW = """
INSERT INTO workshop_pictures (workshop, name, alt) VALUES ($1, $2, $3)
ON CONFLICT (workshop) DO UPDATE SET name = excluded.name, alt = excluded.alt RETURNING id
"""


class ShowPicture(Act, frozen=True, kw_only=True):
    """A picture of a workshop, for everybody."""

    alt: Annotated[
        str, typed("Ce que l'image montre", "What the picture shows, for who does not see it.", most=140, least=1)
    ]


async def show_picture(workshop: int, asked: ShowPicture, *, name: str, school: int, by: int, now: datetime) -> str:
    """The pages of the workshop show this picture from now on; returns the name of the former one, or nothing.

    Raises NotFound.
    """
    async with transaction():
        former = await _former(workshop, school)
        await row(SHOW, workshop, name, asked.alt)
        await record("workshop_picture_shown", by=by, about_kind="workshop", about=workshop, now=now)
        return former


async def hide_picture(workshop: int, *, school: int, by: int, now: datetime) -> str:
    """No picture of this workshop any more; returns the name of the one that was, or nothing. Raises NotFound."""
    async with transaction():
        former = await _former(workshop, school)
        if former:
            await WorkshopPicture.delete().where(WorkshopPicture.workshop == workshop)
            await record("workshop_picture_hidden", by=by, about_kind="workshop", about=workshop, now=now)
        return former


async def _former(workshop: int, school: int) -> str:
    known = await row(LOCKED, workshop)
    if known is None or known["school"] != school:
        raise NotFound
    return str(known["former"])
