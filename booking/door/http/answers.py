"""How a page answers: a template, or the way to the next page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from litestar.response import Redirect, Response, Template

from booking.door.forms.read import AnyRequest
from booking.words.flash_messages import DONE

if TYPE_CHECKING:
    from booking.calendar.invites.invite import Invitation

FILE_TYPES = {
    "csv": "text/csv",
    "ics": "text/calendar",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Page:
    """What one page shows: a frozen dataclass beside its handler, whose fields are all the names of its template.

    The header knows by itself who is signed in; a page has a `person` only where its own words depend on who reads.
    """

    template: ClassVar[str]

    def __init_subclass__(cls, *, template: str) -> None:
        cls.template = template


def page(shown: Page, *, status: int = 200) -> Template:
    """A whole page."""
    return Template(template_name=shown.template, context=vars(shown), status_code=status)


def drawn(shown: Page, request: AnyRequest) -> bytes:
    """The same page as it is sent, for an answer that is kept or that is written elsewhere."""
    template = request.app.template_engine.get_template(shown.template)  # type: ignore[union-attr]
    return str(template.render(request=request, **vars(shown))).encode()


def done(path: str, said: str | None = None, *, at: str = "") -> Redirect:
    """After an act: see the result elsewhere (303), with the sentence DONE[said] at its top; `at` a part of it."""
    if said is not None:
        DONE[said]
        path += ("&" if "?" in path else "?") + urlencode({"fait": said})
    return Redirect(f"{path}#{at}" if at else path, status_code=303)


def download(content: bytes, *, name: str, media_type: str = "") -> Response[bytes]:
    """A file to keep, never shown as a page of ours; it is what its name says, unless `media_type` says more."""
    return Response(
        content,
        media_type=media_type or FILE_TYPES[name.rpartition(".")[2]],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def invitation_file(made: Invitation, request: AnyRequest) -> Response[bytes]:
    """A calendar entry to keep, which is not written for a program that holds it as it is."""
    marks = {"ETag": made.etag, "Cache-Control": "private, no-cache"}
    if holds(made.etag, request.headers):
        return Response(b"", status_code=304, headers=marks)
    answer = download(made.body, name="invitation.ics", media_type=made.content_type)
    answer.headers |= marks
    return answer


def holds(etag: str, headers: Mapping[str, str]) -> bool:
    """Whether a request's headers name this mark among those that the reader holds (RFC 9110, 13.1.2)."""
    known = {mark.strip().removeprefix("W/") for mark in headers.get("if-none-match", "").split(",")}
    return not known.isdisjoint({"*", etag.removeprefix("W/")})
