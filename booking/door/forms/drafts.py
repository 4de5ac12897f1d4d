"""Drafts: a form that could not be accepted is saved, and restored at the URL of its page.

The page of each form, so that a GET on the URL that a form is submitted to can redirect there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar.datastructures import UploadFile
from msgspec import Struct

from booking.door.forms.read import AnyRequest, is_form
from booking.people.drafts.keep import draft_of, keep
from booking.people.drafts.rules import PAGE_LASTS, TYPED_LASTS, Content, account_of

if TYPE_CHECKING:
    from litestar.datastructures import Cookie

    from booking.process.settings import Settings

CONVERTERS = {"int": "[0-9]+", "str": "[^/]+", "uuid": "[0-9a-fA-F-]+", "path": ".+"}
NEW_ITEM_PATHS = ("/nouveau", "/nouvelle")
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
# Some hundreds, which most processes never need: each is compiled at its first use.
_compile = cache(re.compile)


class FormPages(Struct, frozen=True):
    """The URL patterns that forms are submitted to, each with the page of its form: `/creneaux/{slot}/reserver`."""

    pages: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]

    def is_shown(self, path: str) -> bool:
        """Whether one of our pages has this path."""
        return any(_compile(page).fullmatch(path) for page in self.shown)

    def page_of(self, path: str, typed: Mapping[str, str] | None = None) -> str | None:
        """The page of the form that is submitted to this path; an id that the path lacks is taken from `typed`.

        The home page when it is not there either; None for a path that takes no form.
        """
        for pattern, page in self.pages:
            if match := _compile(pattern).fullmatch(path):
                ids = {name: value for name, value in (typed or {}).items() if re.fullmatch("[0-9]{1,9}", value)}
                try:
                    return page.format(**ids | match.groupdict())
                except KeyError:
                    return "/"
        return None


def form_pages(routes: Iterable[tuple[str, str, dict[str, Any]]]) -> FormPages:
    """The page of every form: the one in its route's `opt["form_on"]`, else the nearest page above its path."""
    forms: dict[str, str | None] = {}
    shown: set[str] = set()
    pages: list[str] = []
    for method, path, opt in routes:
        if method == "GET":
            shown.add(_shape(path))
            pages.append(_pattern(path))
        elif method == "POST" and not path.startswith("/api/"):
            forms[path] = opt.get("form_on")
    # A path without parameters is tried before one whose parameter could match anything.
    by_precedence = sorted(forms.items(), key=lambda form: (form[0].count("{"), form[0]))
    pages_of_forms = tuple((_pattern(path), page or _nearest(path, shown)) for path, page in by_precedence)
    return FormPages(pages_of_forms, tuple(pages))


def _nearest(path: str, shown: set[str]) -> str:
    for suffix in NEW_ITEM_PATHS:
        if _shape(path + suffix) in shown:
            return _PARAMETER.sub(r"{\1}", path + suffix)
    while path and _shape(path) not in shown:
        path = path.rpartition("/")[0]
    return _PARAMETER.sub(r"{\1}", path) or "/"


def _shape(path: str) -> str:
    return _PARAMETER.sub(lambda parameter: f"{{{parameter[2] or 'str'}}}", path)


def _pattern(path: str) -> str:
    parameters = iter(_PARAMETER.findall(path))
    literals = (re.escape(text) for text in _PARAMETER.sub("\x00", path).split("\x00"))
    pattern = next(literals)
    for (name, kind), literal in zip(parameters, literals, strict=True):
        pattern += f"(?P<{name}>{CONVERTERS[kind or 'str']}){literal}"
    return pattern


OWNER = "_owner"
"""The form field that says for which account the form was rendered."""
DRAFT_PARAMETER = "reprise"
# Query parameters of a message that was shown already, or that the page's own URL gives.
DROPPED_PARAMETERS = {DRAFT_PARAMETER, "fait", "nombre", "slot"}
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class SavedDraft(Struct, frozen=True):
    """The URL at which a saved form is restored, and the cookie that its browser must send to get it."""

    url: str
    cookie: Cookie


def cookie_name(settings: Settings) -> str:
    """With the prefix `__Host-`, as for the session's cookie."""
    return "__Host-technilab-brouillon" if settings.secure else "technilab-brouillon"


def page_of(request: AnyRequest, typed: Mapping[str, str] | None = None) -> str | None:
    """The page of the form that is submitted to this URL; None when no form is."""
    pages: FormPages = request.app.state.form_pages
    page = pages.page_of(request.url.path, {**(typed or {}), **dict(request.query_params.items())})
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in DROPPED_PARAMETERS]
    return page if page is None or not query else with_query(page, query)


def referring_page(request: AnyRequest, typed: Mapping[str, str]) -> str | None:
    """The page that this form was submitted from: the Referer, when it is a page of ours."""
    page, referer = page_of(request, typed), urlsplit(request.headers.get("referer", ""))
    pages: FormPages = request.app.state.form_pages
    ours = referer.netloc == request.url.netloc and not referer.path.startswith("//")
    if page is None or not ours or not pages.is_shown(referer.path):
        return page
    # The URL of a list that creates an item on POST: the form of a new item is on another page.
    if referer.path == request.url.path != urlsplit(page).path:
        return page
    query = [(name, value) for name, value in parse_qsl(referer.query) if name not in DROPPED_PARAMETERS]
    return referer.path + (f"?{urlencode(query)}" if query else "")


async def submitted_fields(request: AnyRequest) -> dict[str, list[str]]:
    """Every field of the form as it was typed, without technical fields (`_csrf` and the like) and files."""
    if not is_form(request):
        return {}
    fields: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if not isinstance(value, UploadFile) and not name.startswith("_"):
            fields.setdefault(name, []).append(str(value))
    return fields


async def save_form(
    request: AnyRequest, settings: Settings, *, account: int | None, now: datetime
) -> SavedDraft | None:
    """Save the submitted form for the person it was rendered for; None when it was not rendered for `account`.

    Without an `account` nobody is signed in: the form itself says whose it is.
    """
    if not is_form(request):
        return None
    typed = await submitted_fields(request)
    if not typed:
        return None
    owner = account_of(str((await request.form()).get(OWNER, "")), settings.secret_key)
    if owner is None or (account is not None and owner != account):
        return None
    return await save_for(request, settings, owner, typed, now=now)


async def save_for(
    request: AnyRequest, settings: Settings, account: int, typed: dict[str, list[str]], *, now: datetime
) -> SavedDraft | None:
    """Save these fields for this person and this browser; None when they are larger than a form may be."""
    url = referring_page(request, {name: values[-1] for name, values in typed.items()})
    if url is None:
        return None
    content = Content(where=urlsplit(url).path, action=request.url.path, typed=typed)
    return await _saved(request, settings, account, content, url, lasts=TYPED_LASTS, now=now)


async def save_page(
    request: AnyRequest, settings: Settings, account: int, page: str, status: int, *, now: datetime
) -> SavedDraft | None:
    """Save the response to a form, to be shown at the form's own URL."""
    typed = await submitted_fields(request)
    url = referring_page(request, {name: values[-1] for name, values in typed.items()})
    if url is None:
        return None
    content = Content(where=urlsplit(url).path, action=request.url.path, page=page, status=status)
    return await _saved(request, settings, account, content, url, lasts=PAGE_LASTS, now=now)


async def _saved(
    request: AnyRequest,
    settings: Settings,
    account: int,
    content: Content,
    url: str,
    *,
    lasts: timedelta,
    now: datetime,
) -> SavedDraft | None:
    from litestar.datastructures import Cookie  # noqa: PLC0415 - keeps the command line's start light

    sent_key = request.cookies.get(cookie_name(settings), "")
    key = sent_key if _KEY.fullmatch(sent_key) else secrets.token_urlsafe(32)
    number = await keep(content, key=key, account=account, secret_key=settings.secret_key, lasts=lasts, now=now)
    if number is None:
        return None
    cookie = Cookie(
        key=cookie_name(settings),
        value=key,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
        max_age=int(TYPED_LASTS.total_seconds()),
    )
    return SavedDraft(url=with_query(url, [(DRAFT_PARAMETER, str(number))]), cookie=cookie)


def with_query(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """A URL with more query parameters after its own."""
    return url + ("&" if "?" in url else "?") + urlencode(list(parameters))


async def requested_draft(request: AnyRequest, settings: Settings, account: int, *, now: datetime) -> Content | None:
    """The draft that this URL names, if it is this page's, this person's and this browser's."""
    number, key = request.query_params.get(DRAFT_PARAMETER, ""), request.cookies.get(cookie_name(settings), "")
    if not re.fullmatch("[0-9]{1,9}", number) or not _KEY.fullmatch(key):
        return None
    draft = await draft_of(int(number), key=key, account=account, secret_key=settings.secret_key, now=now)
    return draft if draft is not None and draft.where == request.url.path else None
