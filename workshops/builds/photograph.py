"""Show what a group built."""

from __future__ import annotations

from workshops.builds.tables import Build
from workshops.database import transaction
from workshops.refusals import NotFound

# $1 the slots; the names of the files that showed them.
FORGET_PHOTOS = """
UPDATE builds b SET photo = '' FROM builds was
WHERE was.id = b.id AND b.slot = ANY ($1::int[]) AND b.photo <> '' RETURNING was.photo
"""


async def photograph(build: int, *, photo: str) -> str:
    """Keep the name of the file that shows this object, or none; returns the name that it replaces.

    Possible after the closing too: a photo is no figure. Raises NotFound.
    """
    async with transaction():
        was = await Build.select(Build.photo).where(Build.id == build).lock_rows("UPDATE").first()
        if was is None:
            raise NotFound
        await Build.update({Build.photo: photo}).where(Build.id == build)
        return str(was["photo"])
