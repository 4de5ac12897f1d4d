"""Exception handlers: a refusal, a bad request or a crash becomes an error page or problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from asyncpg.exceptions import CharacterNotInRepertoireError, UntranslatableCharacterError
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Response, Template
from msgspec import UNSET, Meta, UnsetType

from booking.door.forms.drafts import SavedDraft, page_of
from booking.door.forms.read import FORM_AROUND, AnyRequest
from booking.door.http.admission import Busy
from booking.door.http.answers import Page, page, renders
from booking.door.http.head import route_of
from booking.door.http.incomplete_bodies import BodyTimeout
from booking.door.http.validation_errors import by_client_names, summary_of, validation_errors
from booking.door.rights.authenticate import Misdirected, clock, refuse_other_hosts
from booking.door.rights.guards import FreshProofNeeded, KeyUnknown, NotYours, ProofFirst, SignInFirst, WrittenBefore
from booking.outbox.journal.note_access import note_refusal
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import TooManyTries
from booking.process.counting import REFUSALS, count
from booking.process.logs import FIELDS
from workshops.database import DatabaseAway
from workshops.database.request_id import request_id
from workshops.database.retry import RETRIABLE, ConcurrentUpdate
from workshops.events.rules import EventsGone
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
# The same to a program, where the sentence speaks of a page.
FOR_PROGRAMS = {
    400: "Le corps envoyé n'a pas pu être lu : ce n'est pas du JSON.",
    404: NotFound.for_programs,
    405: "Cette adresse ne prend pas cette méthode : l'en-tête Allow dit lesquelles.",
}

# Raised for invalid text and dates: PostgreSQL stores no NUL, and a year 1 or 9999 has no day before or after.
UNREADABLE = (CharacterNotInRepertoireError, UntranslatableCharacterError, OverflowError)


class ServiceUnavailable(Refusal):
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


def _is_api_request(request: AnyRequest) -> bool:
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
    begin_at: Annotated[str | UnsetType, Meta(description="Of /problems/events-gone: the cursor to begin at.")] = UNSET
    crash_id: Annotated[str | UnsetType, Meta(description="Of /problems/crash: what to tell us.")] = UNSET


def _problem(request: AnyRequest, *, kind: str, status: int, title: str, detail: str, **more: Any) -> Response[bytes]:
    count(REFUSALS, kind)
    body = Problem(
        type=f"/problems/{kind}", title=title, status=status, detail=detail, instance=request.url.path, **more
    )
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/problem+json")


@renders("refused.html")
class RefusalPage(Page, frozen=True):
    """A refusal as a whole page, with links to go on from there."""

    kind: str
    heading: str
    sentence: str
    errors: dict[str, str]
    crash_id: str
    person: Person | None


@renders("_refused.html")
class RefusalFragment(Page, frozen=True):
    """The same as an htmx fragment, in place of a part of a page."""

    heading: str
    sentence: str
    errors: dict[str, str]


def _page(request: AnyRequest, *, kind: str, status: int, title: str, detail: str, **more: Any) -> Template:
    count(REFUSALS, kind)
    errors = more.get("errors", {})
    if request.headers.get("hx-request") == "true":
        return page(RefusalFragment(title, detail, errors), status=status)
    whole = RefusalPage(kind, title, detail, errors, more.get("crash_id", ""), request.scope.get("user"))
    return page(whole, status=status)


def refused(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """The handler of every Refusal. A page that is not for this role does not even exist for it (404, not 403)."""
    _note(request, refusal)
    if not _is_api_request(request):
        if isinstance(refusal, WrittenBefore):
            return _redirect(refusal.draft.url, refusal.draft)
        if isinstance(refusal, SignInFirst):
            return _redirect(f"/connexion?next={quote(_next_url(request, refusal.draft))}", refusal.draft)
        if isinstance(refusal, ProofFirst):
            next_url = _next_url(request, refusal.draft, default="/")
            return _redirect(f"/connexion/code?next={quote(next_url)}", refusal.draft)
        if isinstance(refusal, FreshProofNeeded):
            return _redirect(f"/connexion/preuve?next={quote(_next_url(request, refusal.draft))}", refusal.draft)
        if isinstance(refusal, NotYours):
            refusal = NotFound()
    more = _more_of(request, refusal)
    make_response = _problem if _is_api_request(request) else _page
    response = make_response(
        request,
        kind=refusal.kind,
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail if _is_api_request(request) else refusal.sentence,
        **more,
    )
    if isinstance(refusal, TooManyTries | ServiceUnavailable | Busy):
        response.headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, BodyTimeout):
        response.headers["Connection"] = "close"
    if isinstance(refusal, SignInFirst):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _note(request: AnyRequest, refusal: Refusal) -> None:
    """In the security log: a right that somebody lacks, a wrong key, too many tries. A page that first asks for a proof
    refuses nothing."""
    asks_first = isinstance(refusal, ProofFirst | FreshProofNeeded) and not _is_api_request(request)
    if isinstance(refusal, KeyUnknown) or (refusal.status in {403, 429} and not asks_first):
        person: Person | None = request.scope.get("user")
        asks = person.program if person else None
        note_refusal(
            refusal.kind,
            # Who answers for a program is not the one who was refused.
            account=person.account if person and (asks is None or asks.named) else None,
            program=asks.id if asks else None,
            now=clock(request.scope),
        )


def _more_of(request: AnyRequest, refusal: Refusal) -> dict[str, Any]:
    """What a refusal says beside its sentence."""
    if isinstance(refusal, Invalid):
        errors = by_client_names(request, refusal.errors) if _is_api_request(request) else refusal.errors
        return {"errors": errors}
    if isinstance(refusal, FileRefused):
        return {"lines": refusal.lines}
    if isinstance(refusal, RoomTaken) and refusal.there is not None:
        return {"slot_id": refusal.there.id}
    if isinstance(refusal, EventsGone) and _is_api_request(request):
        return {"begin_at": refusal.begin_at}
    return {}


def _next_url(request: AnyRequest, draft: SavedDraft | None, *, default: str | None = None) -> str:
    """The URL to continue at after signing in: the one requested, or the page of the form that was submitted."""
    if draft is not None:
        return draft.url
    if request.method != "GET":
        return default or page_of(request) or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _redirect(url: str, draft: SavedDraft | None) -> Response[Any]:
    response: Response[Any] = Redirect(url, status_code=303)
    if draft is not None:
        response.set_cookie(draft.cookie)
    return response


def bad_request(request: AnyRequest, exception: HTTPException) -> Response[Any]:
    """The handler of Litestar's own exceptions: an unknown URL, a body that the route cannot read."""
    try:
        # A URL that matches no route did not pass through the authentication middleware.
        refuse_other_hosts(request.scope, request.app.state.settings)
    except Misdirected as misdirected:
        return refused(request, misdirected)
    more: dict[str, Any] = {}
    status = exception.status_code
    if status == 405 and request.method == "GET" and (form := page_of(request)) is not None:
        # Reloaded, or gone back to: the URL that a form is sent to leads to that form.
        return Redirect(form, status_code=303)
    if isinstance(exception, ValidationException):
        status = 422
        more["errors"] = validation_errors(request, exception)
        kind, title, sentence = "invalid", "À corriger", summary_of(more["errors"])
    elif status in HTTP_SENTENCES:
        kind, title, sentence = HTTP_SENTENCES[status]
        if _is_api_request(request):
            sentence = FOR_PROGRAMS.get(status, sentence)
        if status == 413:
            sentence = f"{sentence} {_most_of(request)}"
    else:
        kind, title, sentence = "refused", "Refusé", "La demande n'a pas pu être traitée."
    if not _is_api_request(request) and status == 422 and request.method == "GET":
        # A path parameter that is not a number: in a browser, a page that does not exist.
        status, (kind, title, sentence), more = 404, HTTP_SENTENCES[404], {}
    make_response = _problem if _is_api_request(request) else _page
    response = make_response(request, kind=kind, status=status, title=title, detail=sentence, **more)
    if exception.headers:
        response.headers.update(exception.headers)
    return response


def _most_of(request: AnyRequest) -> str:
    """« 10 Mo au plus. »: what may be sent here, without the form around it."""
    handler = request.scope["route_handler"]
    most = handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
    around = 0 if _is_api_request(request) else FORM_AROUND
    return f"{handler.opt.get('file_most', (most or 0) - around) // 1_000_000} Mo au plus."


def crashed(request: AnyRequest, crash: Exception) -> Response[Any]:
    """The handler of every other exception, a bug of ours: logged in full under an id; the user sees only the id."""
    if isinstance(crash, DatabaseAway):
        # The database module logs it once for the whole outage.
        return refused(request, ServiceUnavailable())
    if isinstance(crash, RETRIABLE):
        return refused(request, ConcurrentUpdate())
    if isinstance(crash, UNREADABLE):
        log.warning("unreadable value on %s %s: %s", request.method, route_of(request.scope), type(crash).__name__)
        return refused(request, Unreadable())
    crash_id = request_id.get() or secrets.token_hex(4)
    route = route_of(request.scope)
    fields = {"method": request.method, "route": route}
    log.error("crash %s on %s %s", crash_id, request.method, route, exc_info=crash, extra={FIELDS: fields})
    make_response = _problem if _is_api_request(request) else _page
    return make_response(
        request,
        kind="crash",
        status=500,
        title="Panne",
        detail="Une panne de notre côté a empêché cette action, rien n'a été enregistré."
        f" Signalez-nous le numéro {crash_id}.",
        crash_id=crash_id,
    )
