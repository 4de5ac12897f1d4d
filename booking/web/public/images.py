"""The pictures that lycées show of their workshops."""

from __future__ import annotations

import re

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from booking.day.pictures.keep import files_of, picture_file
from booking.door.rights.guards import may
from booking.process.settings import Settings
from workshops.catalogue.queries import picture_named
from workshops.refusals import NotFound

# A day: a picture that was taken away is soon gone everywhere.
FOR_A_DAY = "public, max-age=86400"
_FILE = re.compile(r"([0-9a-f]{32})(-petite)?\.webp")


@get("/images/{file:str}", opt=may("public.use") | {"plain": True, "as_it_is": True})
async def picture(file: FromPath[str], settings: NamedDependency[Settings]) -> Response[bytes]:
    """The picture that a workshop shows, in one of its two sizes; nothing else of the folder."""
    asked = _FILE.fullmatch(file)
    if asked is None or await picture_named(asked[1]) is None or file not in files_of(asked[1]):
        raise NotFound()
    shown = await picture_file(file, data_dir=settings.data_dir)
    return Response(shown, media_type="image/webp", headers={"Cache-Control": FOR_A_DAY})
