"""The files of the pages, compressed as they were built, the pictures that lycées show of their workshops."""

from __future__ import annotations

import asyncio
import re

from litestar import Response, get
from litestar.params import FromPath

from booking.day.photos.keep_picture import files_of, picture_file
from booking.door.forms.read import AnyRequest
from booking.door.http.compression import preferred_encoding
from booking.door.rights.guards import SiteSettings, may
from booking.presentation.assets import built_file
from booking.presentation.drawing_png import drawing_png
from booking.presentation.drawings import drawing_names
from workshops.catalogue.queries import picture_named
from workshops.refusals import NotFound, or_not_found

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@get("/static/{name:str}", opt=may("public.use") | {"plain": True, "as_it_is": True})
async def static_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """A style sheet, a script, a picture: kept for ever under the name of its content (RFC 9111, 5.2), and asked for
    again under that of another day's."""
    file = or_not_found(built_file(name))
    coding = preferred_encoding(request.headers.get("accept-encoding", ""), tuple(file.packed))
    mark = f'"{file.name}{coding and "+"}{coding}"'
    headers = {"ETag": mark, "Cache-Control": FOR_EVER if name == file.name else ASK_AGAIN, "Vary": "Accept-Encoding"}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if held & {mark, "*"}:
        return Response(b"", status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(file.packed.get(coding, file.body), media_type=file.media_type, headers=headers)


# A day: a picture that was taken away is soon gone everywhere.
FOR_A_DAY = "public, max-age=86400"
_FILE = re.compile(r"([0-9a-f]{32})(-petite)?\.webp")


@get("/images/{file:str}", opt=may("public.use") | {"plain": True, "as_it_is": True})
async def picture(file: FromPath[str], settings: SiteSettings) -> Response[bytes]:
    """The picture that a workshop shows, in one of its two sizes; nothing else of the folder."""
    asked = _FILE.fullmatch(file)
    if asked is None or await picture_named(asked[1]) is None or file not in files_of(asked[1]):
        raise NotFound()
    shown = await picture_file(file, data_dir=settings.data_dir)
    return Response(shown, media_type="image/webp", headers={"Cache-Control": FOR_A_DAY})


@get("/dessins/{file:str}", opt=may("public.use") | {"plain": True, "as_it_is": True})
async def drawing(file: FromPath[str]) -> Response[bytes]:
    """What is built, drawn: the picture of a link that is shared."""
    name, dot, kind = file.partition(".")
    if (dot, kind) != (".", "png") or name not in drawing_names():
        raise NotFound()
    shown = await asyncio.to_thread(drawing_png, name)
    return Response(shown, media_type="image/png", headers={"Cache-Control": FOR_A_DAY})
