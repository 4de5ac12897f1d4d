"""How a page answers: a template, or the way to the next page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar.response import Redirect, Response, Template

from booking.done import DONE


def page(template: str, *, status: int = 200, **context: Any) -> Template:
    """A whole page. `person` is the signed-in person or None, for the header."""
    return Template(template_name=template, context=context, status_code=status)


def done(path: str, said: str | None = None) -> Redirect:
    """After an act: see the result elsewhere (303), with the sentence DONE[said] at its top."""
    if said is not None:
        DONE[said]
        path += ("&" if "?" in path else "?") + urlencode({"fait": said})
    return Redirect(path, status_code=303)


def download(content: bytes, *, name: str, media_type: str) -> Response[bytes]:
    """A file to keep, never shown as a page of ours."""
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
