"""Show a picture of a workshop, or show none."""

from __future__ import annotations

from datetime import datetime

from workshops.catalogue.tables import WorkshopPicture
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import Invalid, NotFound
from workshops.typed_text.plain_words import one_line

LOCKED = """
SELECT w.school, coalesce(p.name, '') AS former
FROM workshops w LEFT JOIN workshop_pictures p ON p.workshop = w.id WHERE w.id = $1 FOR UPDATE OF w
"""
SHOW = """
INSERT INTO workshop_pictures (workshop, name, alt) VALUES ($1, $2, $3)
ON CONFLICT (workshop) DO UPDATE SET name = excluded.name, alt = excluded.alt RETURNING id
"""
ALT_MOST = 140


async def show_picture(workshop: int, *, name: str, alt: str, school: int, by: int, now: datetime) -> str:
    """The pages of the workshop show this picture from now on; returns the name of the former one, or nothing.

    Raises NotFound, and Invalid when nothing says what it shows.
    """
    alt = one_line(alt)
    if not alt or len(alt) > ALT_MOST:
        raise Invalid({"alt": f"Dites ce que l'image montre, en {ALT_MOST} caractères au plus."})
    async with transaction():
        former = await _former(workshop, school)
        await row(SHOW, workshop, name, alt)
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
