"""The session cookie, and the person who sends a request: by session or by API key.

CSRF protection: a write must come from one of our own pages, not from another site.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from litestar.types import Scope

from booking.door.forms.read import AnyRequest, is_form
from booking.people.accounts.calling import person_of_session, person_of_token
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import SESSION_LASTS, csrf_of, hash_of
from booking.people.accounts.sign_in import Here
from booking.people.applications.queries import person_of_program
from booking.people.applications.rules import is_a_program_s
from booking.process.secret_key import before_of
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from litestar import Response
    from litestar.datastructures import Cookie
    from litestar.types import Scope

    from booking.door.forms.read import AnyRequest
    from booking.process.settings import Settings

AnswerType = TypeVar("AnswerType", bound="Response[Any]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "_csrf"
HEADER = "x-csrf-token"


class NotFromOurPage(Refusal):
    kind = "not-from-our-page"
    status = 403
    title = "Page trop ancienne"
    sentence = "Cette page est trop ancienne, ou vous vous êtes reconnecté depuis. Rechargez-la, puis recommencez."
    for_programs = (
        "L'envoi vient d'une page qui n'est plus ouverte, ou d'un autre site : envoyez une clé, en-tête Authorization:"
        " Bearer."
    )


def refuse_other_origins(request: AnyRequest, *, base_url: str) -> None:
    """Raise NotFromOurPage when the browser itself says that another site sent the request (ASVS 5.0, 3.5.1)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise NotFromOurPage()
    origin = request.headers.get("origin")
    # For a page with the policy `no-referrer` the browser writes « null » here (Fetch, 3.1), the oldest browsers with
    # nothing beside it: whoever submits that form knows the secret that the URL holds.
    if origin is None or (origin == "null" and holds_a_secret(request.scope)):
        return
    ours = {urlsplit(base_url).netloc, request.headers.get("host", "")}
    if urlsplit(origin).netloc not in ours:
        raise NotFromOurPage()


def holds_a_secret(scope: Scope) -> bool:
    """Whether the URL itself grants access: such a path parameter is named `token`, and no other is."""
    return "token" in scope.get("path_params", ())


def is_from_our_page(request: AnyRequest) -> bool:
    """Whether the browser itself says that one of our pages sent the request."""
    return request.headers.get("sec-fetch-site") == "same-origin" or "origin" in request.headers


async def refuse_without_token(request: AnyRequest, *, expected: Sequence[str]) -> None:
    """Raise NotFromOurPage when neither the form nor the header carries this session's CSRF token: one of those that
    pages drawn under the site's key, or before it changed, hold."""
    token = request.headers.get(HEADER)
    if token is None and is_form(request):
        token = str((await request.form()).get(FIELD, ""))
    if not any(hmac.compare_digest((token or "").encode(), one.encode()) for one in expected):
        raise NotFromOurPage()


def tokens_before(held: str, settings: Settings) -> list[str]:
    """The CSRF tokens of pages that were drawn for this session, or desk link, before the site's key changed."""
    return [csrf_of(held, key) for key in before_of(settings.secret_key)]


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this very host; browsers refuse that prefix on plain http (the local trial)."""
    return "__Host-technilab" if settings.secure else "technilab"


def new_session_id() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def session_cookie(settings: Settings, session_id: str) -> Cookie:
    """The cookie to set at sign-in."""
    from litestar.datastructures import Cookie  # noqa: PLC0415 - keeps the command line's start light

    return Cookie(
        key=cookie_name(settings),
        value=session_id,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
        max_age=int(SESSION_LASTS.total_seconds()),
    )


def gone_on(answer: AnswerType, here: Here, settings: Settings) -> AnswerType:
    """The answer with the cookie of the session that has just gone on."""
    answer.set_cookie(session_cookie(settings, here.new))
    return answer


def session_id_of(request: AnyRequest, settings: Settings) -> str | None:
    """The session id that the browser sent, valid or not."""
    return request.cookies.get(cookie_name(settings)) or None


def here_of(request: AnyRequest, person: Person, settings: Settings) -> Here:
    """This browser's session, to go on under a new id in the role in which she acts."""
    browser = request.headers.get("user-agent", "")
    return Here(session_id_of(request, settings) or "", new_session_id(), browser, person.membership)


def bearer_of(scope: Scope) -> str | None:
    """The bearer token of the Authorization header."""
    header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = header.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def person_of_request(request: AnyRequest, settings: Settings, *, keys: bool, now: datetime) -> Person | None:
    """Who sends the request: by API key, a person's or a program's, if there is one, else by session.

    An unknown key is nobody's, and so is any key on a route that `keys` do not open: a page must not lose the
    protection of its form tokens and second factors to a key. A trial that is shown to the public has no keys.
    Raises NobodyAnswers.
    """
    token = bearer_of(request.scope)
    if token is not None:
        if not keys or settings.shown:
            return None
        if is_a_program_s(token):
            return await person_of_program(token, now=now, trial=settings.demo)
        return await person_of_token(hash_of(token), now=now, trial=settings.demo)
    session_id = session_id_of(request, settings)
    if session_id is None:
        return None
    csrf = csrf_of(session_id, settings.secret_key)
    return await person_of_session(hash_of(session_id), csrf=csrf, now=now, trial=settings.demo)


def address_of(request: AnyRequest, settings: Settings) -> str:
    """The client's IP address; X-Forwarded-For is trusted only from a configured proxy, or from the socket (`unix`)."""
    peer = (request.client.host if request.client else "") or "unix"
    if settings.trusts(peer):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        for hop in reversed(hops):
            if not settings.trusts(hop):
                return hop
    return peer
