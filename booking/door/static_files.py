"""Style sheets, scripts and pictures: kept for ever by a browser under an address that names their content.

A page asks for them by such an address (`booking.templating.asset`). Scripts import one another by plain addresses:
those are asked for again each time, so that no phone mixes the scripts of two versions.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Request, Response

from workshops.refusals import NotFound

if TYPE_CHECKING:
    from litestar.types import Scope

STATIC = Path(__file__).parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


async def still_the_same(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """Answers 304 to a browser that holds the file as it is (RFC 9110, 13.1.2); the router sends it to the others."""
    headers = headers_of(request.scope)
    if not headers:
        raise NotFound()
    held = {mark.strip().removeprefix("W/") for mark in request.headers.get("if-none-match", "").split(",")}
    return Response(b"", status_code=304, headers=headers) if held & {headers["ETag"], "*"} else None


def headers_of(scope: Scope) -> dict[str, str]:
    """The file's mark, and for how long it may be kept; nothing for a file that is not there."""
    if "\x00" in scope["path"]:
        return {}
    file = (STATIC / scope["path"].removeprefix("/static/")).resolve()
    if not file.is_relative_to(STATIC) or not file.is_file():
        return {}
    found = file.stat()
    mark = _mark(file, found.st_mtime_ns, found.st_size)
    named = scope["query_string"] == f"v={mark}".encode()
    return {"ETag": f'"{mark}"', "Cache-Control": FOR_EVER if named else ASK_AGAIN}


def mark_of(file: Path) -> str:
    """Ten characters that change with a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=1024)
def _mark(file: Path, _changed_ns: int, _size: int) -> str:
    return mark_of(file)
