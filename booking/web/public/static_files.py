"""The files of the pages, compressed as they were built."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from booking.door.forms.read import AnyRequest
from booking.door.http.compression import preferred_encoding
from booking.door.rights.guards import may
from booking.presentation.assets import built_file
from workshops.refusals import or_not_found

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
