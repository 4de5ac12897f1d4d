"""What the door keeps of a form that it does not let through, and where it comes back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar.datastructures import UploadFile

from booking.door.forms.read import AnyRequest, is_form
from booking.people.drafts.keep import keep
from booking.people.drafts.queries import draft_of
from booking.people.drafts.rules import PAGE_LASTS, TYPED_LASTS, Content, account_of

if TYPE_CHECKING:
    from litestar.datastructures import Cookie

    from booking.door.forms.form_pages import FormPages
    from booking.process.settings import Settings

OWNER = "_owner"
"""The field in which a form says for whom it was drawn."""
AGAIN = "reprise"
# What was said once, or what the page's own address says already.
NOT_CARRIED = {AGAIN, "fait", "slot"}
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Back:
    """Where the person finds again what she wrote, and the cookie without which she does not."""

    where: str
    cookie: Cookie


def cookie_name(settings: Settings) -> str:
    """`__Host-` as for the session's."""
    return "__Host-technilab-brouillon" if settings.secure else "technilab-brouillon"


def page_of(request: AnyRequest, typed: Mapping[str, str] | None = None) -> str | None:
    """The page of the form that is sent to this address; None where no form is sent."""
    pages: FormPages = request.app.state.form_pages
    page = pages.page_of(request.url.path, {**(typed or {}), **dict(request.query_params.items())})
    query = [(name, told) for name, told in request.query_params.multi_items() if name not in NOT_CARRIED]
    return page if page is None or not query else with_query(page, query)


def page_left(request: AnyRequest, typed: Mapping[str, str]) -> str | None:
    """The page that this form was sent from: the one that the browser says, when it is ours."""
    page, came_from = page_of(request, typed), urlsplit(request.headers.get("referer", ""))
    pages: FormPages = request.app.state.form_pages
    ours = came_from.netloc == request.url.netloc and not came_from.path.startswith("//")
    if page is None or not ours or not pages.is_shown(came_from.path):
        return page
    # A list that also takes the form of a new thing: that form stands elsewhere.
    if came_from.path == request.url.path != urlsplit(page).path:
        return page
    query = [(name, told) for name, told in parse_qsl(came_from.query) if name not in NOT_CARRIED]
    return came_from.path + (f"?{urlencode(query)}" if query else "")


async def typed_in(request: AnyRequest) -> dict[str, list[str]]:
    """Every field of the form as it was typed; the door's own fields, and files, are left out."""
    if not is_form(request):
        return {}
    found: dict[str, list[str]] = {}
    for name, told in (await request.form()).multi_items():
        if not isinstance(told, UploadFile) and not name.startswith("_"):
            found.setdefault(name, []).append(str(told))
    return found


async def keep_typed(request: AnyRequest, settings: Settings, *, account: int | None, now: datetime) -> Back | None:
    """Keep what was typed in a form of ours for the person it was drawn for; None when it was not drawn for `account`.

    With None for `account`, nobody is signed in: the form itself says whose it is.
    """
    if not is_form(request):
        return None
    typed = await typed_in(request)
    if not typed:
        return None
    owner = account_of(str((await request.form()).get(OWNER, "")), settings.secret_key)
    if owner is None or (account is not None and owner != account):
        return None
    return await keep_for(request, settings, owner, typed, now=now)


async def keep_for(
    request: AnyRequest, settings: Settings, account: int, typed: dict[str, list[str]], *, now: datetime
) -> Back | None:
    """Keep these answers for this person and this browser; None for more than a form holds."""
    where = page_left(request, {name: told[-1] for name, told in typed.items()})
    if where is None:
        return None
    content = Content(where=urlsplit(where).path, action=request.url.path, typed=typed)
    return await _kept(request, settings, account, content, where, lasts=TYPED_LASTS, now=now)


async def keep_page(
    request: AnyRequest, settings: Settings, account: int, page: str, status: int, *, now: datetime
) -> Back | None:
    """Keep the answer to a form, to be shown at the form's own address."""
    typed = await typed_in(request)
    where = page_left(request, {name: told[-1] for name, told in typed.items()})
    if where is None:
        return None
    content = Content(where=urlsplit(where).path, action=request.url.path, page=page, status=status)
    return await _kept(request, settings, account, content, where, lasts=PAGE_LASTS, now=now)


async def _kept(
    request: AnyRequest,
    settings: Settings,
    account: int,
    content: Content,
    where: str,
    *,
    lasts: timedelta,
    now: datetime,
) -> Back | None:
    from litestar.datastructures import Cookie  # noqa: PLC0415 - keeps the command line's start light

    known = request.cookies.get(cookie_name(settings), "")
    key = known if _KEY.fullmatch(known) else secrets.token_urlsafe(32)
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
    return Back(where=with_query(where, [(AGAIN, str(number))]), cookie=cookie)


def with_query(where: str, more: Iterable[tuple[str, str]]) -> str:
    """An address with more answers after its own."""
    return where + ("&" if "?" in where else "?") + urlencode(list(more))


async def draft_asked(request: AnyRequest, settings: Settings, account: int, *, now: datetime) -> Content | None:
    """The draft that this address names, if it is this page's, this person's and this browser's."""
    number, key = request.query_params.get(AGAIN, ""), request.cookies.get(cookie_name(settings), "")
    if not re.fullmatch("[0-9]{1,9}", number) or not _KEY.fullmatch(key):
        return None
    found = await draft_of(int(number), key=key, account=account, secret_key=settings.secret_key, now=now)
    return found if found is not None and found.where == request.url.path else None
