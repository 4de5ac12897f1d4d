"""CSRF protection: a write must come from one of our own pages, not from another site."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from litestar.types import Scope

from booking.door.forms.read import AnyRequest, is_form
from workshops.refusals import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "_csrf"
HEADER = "x-csrf-token"


class NotFromOurPage(Refusal):
    kind = "not-from-our-page"
    status = 403
    title = "Page trop ancienne"
    sentence = "Cette page est trop ancienne, ou vous vous êtes reconnecté depuis. Rechargez-la, puis recommencez."


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


async def refuse_without_token(request: AnyRequest, *, expected: str) -> None:
    """Raise NotFromOurPage when neither the form nor the header carries this session's CSRF token."""
    token = request.headers.get(HEADER)
    if token is None and is_form(request):
        token = str((await request.form()).get(FIELD, ""))
    if not hmac.compare_digest((token or "").encode(), expected.encode()):
        raise NotFromOurPage()
