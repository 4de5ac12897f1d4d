"""Responses of page handlers: a rendered template, a redirect after an act, a file to download."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urlencode

from litestar.response import Redirect, Response, Template
from msgspec import Struct
from msgspec.structs import asdict

from booking.door.forms.read import AnyRequest
from booking.process.counting import REFUSALS, count
from booking.words.files import DICTIONARY
from booking.words.flash_messages import COUNTED, DONE
from workshops.acts import Act
from workshops.acts.fields import inputs_of
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from booking.calendar.invites.invite import Invitation

FILE_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


PageType = TypeVar("PageType", bound="type[Page]")


class Page(Struct, frozen=True):
    """The context of one template: a Struct beside its handler; its fields are all the template's variables.

    The layout knows by itself who is signed in; a page has a `person` only where its own content depends on the reader.
    """

    template: ClassVar[str]
    inputs: ClassVar[Mapping[str, Any]] = {}

    @property
    def variables(self) -> dict[str, Any]:
        """All the template's variables."""
        return {**self.inputs, **asdict(self)}


def renders(template: str, *, acts: Mapping[str, type[Act]] | None = None) -> Callable[[PageType], PageType]:
    """Which template a page fills.

    A page with forms names the act of each: `acts={"slot": OpenSlot}` gives the template its inputs as `slot.seats`. It
    has `form`, what was submitted, and `refusal`, why it was refused: both None on a page that nobody has sent yet.
    """

    def decorate(page_type: PageType) -> PageType:
        page_type.template = template
        if acts:
            page_type.inputs = {"form": None, "refusal": None} | {name: inputs_of(act) for name, act in acts.items()}
        return page_type

    return decorate


def page(context: Page, *, status: int = 200) -> Template:
    """The response that renders a page; one that is shown again says why it was refused, which is counted."""
    if isinstance(refusal := getattr(context, "refusal", None), Refusal):
        count(REFUSALS, refusal.kind)
    return Template(template_name=context.template, context=context.variables, status_code=status)


def render(context: Page, request: AnyRequest) -> bytes:
    """The same page rendered now, for a response that is cached or built elsewhere."""
    template = request.app.template_engine.get_template(context.template)  # type: ignore[union-attr]
    return str(template.render(request=request, **context.variables)).encode()


def done(path: str, message: str | None = None, *, many: int | None = None, at: str = "") -> Redirect:
    """Redirect after an act (303), with the flash message DONE[message] on top of the page, or COUNTED[message] that
    says how `many`; `at` is a URL fragment."""
    if message is not None:
        (DONE if many is None else COUNTED)[message]
        told = {"fait": message} | ({} if many is None else {"nombre": many})
        path += ("&" if "?" in path else "?") + urlencode(told)
    return Redirect(f"{path}#{at}" if at else path, status_code=303)


def download(content: bytes, *, name: str, media_type: str = "", described_by: str = "") -> Response[bytes]:
    """A file to download, never displayed as a page of ours; its type follows from its extension, unless given.

    `described_by`: the address of the file that says what each of its columns is (RFC 8288, RFC 6892).
    """
    beside = {"Link": f'<{described_by}>; rel="describedby"; type="text/csv"'} if described_by else {}
    return Response(
        content,
        media_type=media_type or FILE_TYPES[name.rpartition(".")[2]],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        | beside,
    )


def download_table(content: bytes, *, name: str, form: str, dictionary: str) -> Response[bytes]:
    """A table as it was asked for: `form` csv, xlsx, or the dictionary of that csv, whose address is `dictionary`."""
    if form == DICTIONARY:
        return download(content, name=f"{name}-{DICTIONARY}.csv")
    return download(content, name=f"{name}.{form}", described_by=dictionary if form == "csv" else "")


def dictionary_of(path: str, asked: Mapping[str, str] = {}) -> str:
    """Where the dictionary of a CSV is: at its own address, what is `asked` there and one word more."""
    return f"{path}?{urlencode({word: it for word, it in asked.items() if it} | {DICTIONARY: 'oui'})}"


def shown_photo(content: bytes) -> Response[bytes]:
    """A photo that its reader's browser displays, and no cache keeps."""
    headers = {"Content-Disposition": "inline", "Cache-Control": "private, no-store"}
    return Response(content, media_type="image/jpeg", headers=headers)


def invitation_file(invitation: Invitation, request: AnyRequest) -> Response[bytes]:
    """A calendar entry to download, or 304 without a body for a client that holds the current version."""
    headers = {"ETag": invitation.etag, "Cache-Control": "private, no-cache"}
    if etag_matches(invitation.etag, request.headers):
        return Response(b"", status_code=304, headers=headers)
    response = download(invitation.body, name="invitation.ics", media_type=invitation.content_type)
    response.headers |= headers
    return response


def etag_matches(etag: str, headers: Mapping[str, str]) -> bool:
    """Whether a request's If-None-Match header names this ETag, by weak comparison (RFC 9110, 13.1.2)."""
    candidates = {candidate.strip().removeprefix("W/") for candidate in headers.get("if-none-match", "").split(",")}
    return not candidates.isdisjoint({"*", etag.removeprefix("W/")})
