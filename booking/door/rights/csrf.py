"""A write that comes from our own page, and from no other site's."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from litestar.types import Scope

from booking.door.forms.read import AnyRequest, is_form
from workshops.refusals import Refusal

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "_csrf"
HEADER = "x-csrf-token"


class NotFromOurPage(Refusal):
    kind = "not-from-our-page"
    status = 403
    title = "Page trop ancienne"
    sentence = "Cette page est trop ancienne, ou vous vous êtes reconnecté depuis. Rechargez-la, puis recommencez."


def refuse_other_origins(request: AnyRequest, *, base_url: str) -> None:
    """Raise NotFromOurPage when the browser itself says that another site sent this (ASVS 5.0, 3.5.1)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise NotFromOurPage()
    origin = request.headers.get("origin")
    # A page that tells nobody its address (no-referrer) has its browser write « null » here (Fetch, 3.1), the oldest
    # ones with nothing beside it: whoever sends that form knows the secret that the address holds.
    if origin is None or (origin == "null" and holds_a_secret(request.scope)):
        return
    ours = {urlsplit(base_url).netloc, request.headers.get("host", "")}
    if urlsplit(origin).netloc not in ours:
        raise NotFromOurPage()


def holds_a_secret(scope: Scope) -> bool:
    """Whether the address itself opens something: a route names such a part of it `token`, and nothing else so."""
    return "token" in scope.get("path_params", ())


def says_ours(request: AnyRequest) -> bool:
    """Whether the browser itself says that a page of ours sent this."""
    return request.headers.get("sec-fetch-site") == "same-origin" or "origin" in request.headers


async def refuse_without_token(request: AnyRequest, *, expected: str) -> None:
    """Raise NotFromOurPage when the form or the call does not carry this session's own token."""
    given = request.headers.get(HEADER)
    if given is None and is_form(request):
        given = str((await request.form()).get(FIELD, ""))
    if not hmac.compare_digest((given or "").encode(), expected.encode()):
        raise NotFromOurPage()
