"""Show what a group built."""

from __future__ import annotations

from workshops.database import row, rows, transaction
from workshops.refusals import NotFound

WAS = "SELECT photo FROM builds WHERE id = $1 FOR UPDATE"
SHOW = "UPDATE builds SET photo = $2 WHERE id = $1"


async def photograph(build: int, *, photo: str) -> str:
    """Keep the name of the file that shows this object, or none; returns the name that it replaces.

    Possible after the closing too: a photo is no figure. Raises NotFound.
    """
    async with transaction():
        was = await row(WAS, build)
        if was is None:
            raise NotFound
        await rows(SHOW, build, photo)
        return str(was["photo"])
