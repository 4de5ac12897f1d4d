"""One place turns a "no", a bad request or a crash into a page or problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from asyncpg.exceptions import CharacterNotInRepertoireError, UntranslatableCharacterError
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Response, Template
from msgspec import UNSET, Meta, UnsetType

from booking.door.forms.drafts import Back, page_of
from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page
from booking.door.http.half_sent import TooSlow
from booking.door.http.head import route_of
from booking.door.http.validation_errors import errors_of, in_its_names, sentence_of
from booking.door.rights.guards import FreshProofNeeded, NotYours, ProofFirst, SignInFirst, WrittenBefore
from booking.door.rights.trusted_hosts import Misdirected, refuse_other_hosts
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import TooManyTries
from workshops.database import DatabaseAway
from workshops.database.request_id import request_id
from workshops.database.retry import RETRIABLE, ConcurrentUpdate
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.schools.rules import FileRefused
from workshops.slots.rules import RoomTaken

log = logging.getLogger("technilab")

HTTP_SENTENCES = {
    400: ("bad-request", "Demande illisible", "La demande n'a pas pu être lue. Rechargez la page, puis recommencez."),
    404: ("not-found", "Introuvable", NotFound.sentence),
    405: ("method-not-allowed", "Action inconnue", "Cette adresse ne permet pas cette action."),
    413: ("too-large", "Trop lourd", "Ce fichier ou ce texte est trop lourd."),
    415: ("unsupported-media-type", "Format inconnu", "Ce format d'envoi n'est pas accepté."),
    429: ("too-many-tries", "Trop d'essais", "Trop d'essais en peu de temps. Attendez quelques minutes."),
}

# What no text and no date can be: PostgreSQL holds no NUL, and a year 1 or 9999 has no day before or after.
UNREADABLE = (CharacterNotInRepertoireError, UntranslatableCharacterError, OverflowError)


class Away(Refusal):
    kind = "unavailable"
    status = 503
    title = "Un instant"
    sentence = "Technilab ne répond pas pour l'instant. Recommencez dans une minute ; vos réservations sont gardées."
    retry_after = 10


class Unreadable(Refusal):
    kind = "invalid"
    status = 422
    title = "À corriger"
    sentence = "Un texte contient un caractère illisible, ou une date n'existe pas. Corrigez, puis recommencez."


def _for_machines(request: AnyRequest) -> bool:
    return request.url.path.startswith("/api/")


class Problem(msgspec.Struct, omit_defaults=True):
    """Why a demand is refused (RFC 9457): nothing was changed."""

    type: Annotated[
        str,
        Meta(pattern="^/problems/[a-z-]+$", description="Stable; its page says what to do."),
    ]
    title: Annotated[str, Meta(description="The reason in a few French words.")]
    status: Annotated[int, Meta(description="The HTTP status.")]
    detail: Annotated[str, Meta(description="The French sentence for the person.")]
    instance: Annotated[str, Meta(description="The path that was asked.")]
    errors: Annotated[
        dict[str, str] | UnsetType,
        Meta(description="Of /problems/invalid: a sentence for each field."),
    ] = UNSET
    lines: Annotated[
        list[str] | UnsetType, Meta(description="Of /problems/file-refused: each error, with its line.")
    ] = UNSET
    slot_id: Annotated[int | UnsetType, Meta(description="Of /problems/room-taken: the slot that is there.")] = UNSET
    crash_id: Annotated[str | UnsetType, Meta(description="Of /problems/crash: what to tell us.")] = UNSET


def _problem(request: AnyRequest, *, kind: str, status: int, title: str, detail: str, **more: Any) -> Response[bytes]:
    body = Problem(
        type=f"/problems/{kind}", title=title, status=status, detail=detail, instance=request.url.path, **more
    )
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/problem+json")


@dataclass(frozen=True)
class Refused(Page, template="refused.html"):
    """A "no" that takes the whole page, with the ways on from there."""

    kind: str
    heading: str
    sentence: str
    errors: dict[str, str]
    crash_id: str
    person: Person | None


@dataclass(frozen=True)
class RefusedPart(Page, template="_refused.html"):
    """The same in place of a part of a page."""

    heading: str
    sentence: str
    errors: dict[str, str]


def _page(request: AnyRequest, *, kind: str, status: int, title: str, detail: str, **more: Any) -> Template:
    errors = more.get("errors", {})
    if request.headers.get("hx-request") == "true":
        return page(RefusedPart(title, detail, errors), status=status)
    whole = Refused(kind, title, detail, errors, more.get("crash_id", ""), request.scope.get("user"))
    return page(whole, status=status)


def refused(request: AnyRequest, no: Refusal) -> Response[Any]:
    """A refusal, said where it was asked. A page that is not for this role does not even exist for it."""
    if not _for_machines(request):
        if isinstance(no, WrittenBefore):
            return _back_to(no.back.where, no.back)
        if isinstance(no, SignInFirst):
            return _back_to(f"/connexion?next={quote(_asked(request, no.back))}", no.back)
        if isinstance(no, ProofFirst):
            return _back_to(f"/connexion/code?next={quote(_asked(request, no.back, else_page='/'))}", no.back)
        if isinstance(no, FreshProofNeeded):
            return _back_to(f"/connexion/preuve?next={quote(_asked(request, no.back))}", no.back)
        if isinstance(no, NotYours):
            no = NotFound()
    more: dict[str, Any] = {}
    if isinstance(no, Invalid):
        more["errors"] = in_its_names(request, no.errors) if _for_machines(request) else no.errors
    if isinstance(no, FileRefused):
        more["lines"] = no.lines
    if isinstance(no, RoomTaken) and no.there is not None:
        more["slot_id"] = no.there.id
    answer = _problem if _for_machines(request) else _page
    response = answer(request, kind=no.kind, status=no.status, title=no.title, detail=no.sentence, **more)
    if isinstance(no, TooManyTries | Away):
        response.headers["Retry-After"] = str(no.retry_after)
    if isinstance(no, TooSlow):
        response.headers["Connection"] = "close"
    if isinstance(no, SignInFirst):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _asked(request: AnyRequest, back: Back | None, *, else_page: str | None = None) -> str:
    """Where to go on after signing in: what was asked, or the page of the form that was sent."""
    if back is not None:
        return back.where
    if request.method != "GET":
        return else_page or page_of(request) or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _back_to(where: str, back: Back | None) -> Response[Any]:
    answer: Response[Any] = Redirect(where, status_code=303)
    if back is not None:
        answer.set_cookie(back.cookie)
    return answer


def bad_request(request: AnyRequest, no: HTTPException) -> Response[Any]:
    """What Litestar itself refused: an unknown address, a body that is not what the route reads."""
    try:
        # An address that no route has did not come by the entrance.
        refuse_other_hosts(request.scope, request.app.state.settings)
    except Misdirected as elsewhere:
        return refused(request, elsewhere)
    more: dict[str, Any] = {}
    status = no.status_code
    if status == 405 and request.method == "GET" and (form := page_of(request)) is not None:
        # Reloaded, or gone back to: the address that a form is sent to leads to that form.
        return Redirect(form, status_code=303)
    if isinstance(no, ValidationException):
        status = 422
        more["errors"] = errors_of(request, no)
        kind, title, sentence = "invalid", "À corriger", sentence_of(more["errors"])
    elif status in HTTP_SENTENCES:
        kind, title, sentence = HTTP_SENTENCES[status]
    else:
        kind, title, sentence = "refused", "Refusé", "La demande n'a pas pu être traitée."
    if not _for_machines(request) and status == 422 and request.method == "GET":
        # An address whose number is not one: for a person, a page that does not exist.
        status, (kind, title, sentence), more = 404, HTTP_SENTENCES[404], {}
    answer = _problem if _for_machines(request) else _page
    response = answer(request, kind=kind, status=status, title=title, detail=sentence, **more)
    if no.headers:
        response.headers.update(no.headers)
    return response


def crashed(request: AnyRequest, crash: Exception) -> Response[Any]:
    """A fault of ours: logged whole under an id, of which the person sees the id alone."""
    if isinstance(crash, DatabaseAway):
        # Told once for the whole outage, at the database's door.
        return refused(request, Away())
    if isinstance(crash, RETRIABLE):
        return refused(request, ConcurrentUpdate())
    if isinstance(crash, UNREADABLE):
        log.warning("unreadable value on %s %s: %s", request.method, route_of(request.scope), type(crash).__name__)
        return refused(request, Unreadable())
    crash_id = request_id.get() or secrets.token_hex(4)
    log.error("crash %s on %s %s", crash_id, request.method, route_of(request.scope), exc_info=crash)
    answer = _problem if _for_machines(request) else _page
    return answer(
        request,
        kind="crash",
        status=500,
        title="Panne",
        detail="Une panne de notre côté a empêché cette action, rien n'a été enregistré."
        f" Signalez-nous le numéro {crash_id}.",
        crash_id=crash_id,
    )
