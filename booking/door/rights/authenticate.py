"""Authentication middleware: who sends the request, whether the route is open to them, and CSRF protection.

The Host header is checked against the allowed names: BASE_URL's, and this machine's own while it is a trial.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from litestar import Request
from litestar.datastructures import State
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import MiddlewareProtocol
from litestar.types import ASGIApp, Receive, Scope, Send

from booking.day.desk_links.rules import LinkEnded
from booking.door.forms.closed_year_reason import read_reason
from booking.door.forms.drafts import save_form
from booking.door.forms.read import HIGHEST_NUMBER, AnyRequest, is_form
from booking.door.rights.desk_link import has_link_cookie, helper_of_request, link_of_request
from booking.door.rights.guards import (
    FreshProofNeeded,
    KeyOnlyReads,
    KeyUnknown,
    NotYours,
    ProofFirst,
    SignInFirst,
    WrittenBefore,
    needs_a_link,
    refuse_unless_allowed,
)
from booking.door.rights.programs import asking, in_the_name_of
from booking.door.rights.session import (
    SAFE_METHODS,
    NotFromOurPage,
    bearer_of,
    is_from_our_page,
    person_of_request,
    refuse_other_origins,
    refuse_without_token,
    session_id_of,
    tokens_before,
)
from booking.outbox.journal.count_refusal import DENIED, count_refusal
from booking.people.accounts.queries import Person
from booking.people.accounts.roles import ANYONE
from booking.people.applications.rules import NobodyAnswers
from booking.people.drafts.rules import drawn_for
from booking.process.settings import Settings
from workshops.database import DatabaseAway
from workshops.refusals import NotFound, Refusal

if TYPE_CHECKING:
    from litestar.types import Scope

    from booking.process.settings import Settings

# RFC 9110, 7.2: a name or an IP address, and optionally a port.
_HOST = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)


class Misdirected(Refusal):
    kind = "misdirected"
    status = 400
    title = "Autre adresse"

    def __init__(self, base_url: str) -> None:
        super().__init__(f"Cette adresse n'est pas celle de ce Technilab. Ouvrez {base_url}.")


def refuse_other_hosts(scope: Scope, settings: Settings) -> None:
    """Raise Misdirected for a host name that is not ours, which a cache or a page could take for the true one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or _name_of(hosts[0]) not in settings.hosts:
        raise Misdirected(settings.base_url)


@lru_cache(maxsize=64)
def _name_of(host: bytes) -> str:
    match = _HOST.fullmatch(host)
    return match[1].decode().lower().strip("[]") if match else ""


def clock(scope: Scope) -> datetime:
    """The current time for this request, in UTC; a test may have replaced the application's clock."""
    return time_of(scope["litestar_app"].state)


def time_of(state: State) -> datetime:
    """The application's current time."""
    clock_function = state.get("clock")
    now: datetime = clock_function() if clock_function is not None else datetime.now(UTC)
    return now


class AuthenticationMiddleware(MiddlewareProtocol):
    """Authenticates the person, checks the route's permission, and the origin and the token of a browser's write.

    `opt={"plain": True}` (health, static files) skips it: such a route must be harmless and independent of the user.
    While the tables do not serve, nothing else does.
    `opt={"keys": True}` marks the routes that API keys open; `opt={"any_host": True}` those that answer under any
    host name.
    """

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = scope["route_handler"]
        settings: Settings = scope["litestar_app"].state.settings
        if not handler.opt.get("any_host"):
            refuse_other_hosts(scope, settings)
        # The methods that a URL allows (OPTIONS: RFC 9110, 9.3.7) are the same for everybody.
        if handler.opt.get("plain") or scope.get("method") == "OPTIONS":
            await self.app(scope, receive, send)
            return
        if not scope["litestar_app"].state.tables.serve:
            raise DatabaseAway("its tables wait for technilab migrate")
        now = clock(scope)
        request: Request[Person | None, None, State] = Request(scope, receive, send)
        person = await _who_asks(request, handler, settings, now=now)
        by_link = needs_a_link(handler, person) and has_link_cookie(request, settings)
        helper = await helper_of_request(request, settings, now=now) if by_link else None
        scope["user"] = person
        scope["state"]["helper"] = helper
        scope["auth"] = None
        if by_link and helper is None:
            raise LinkEnded()
        if person is not None and person.csrf:
            scope["state"]["drawn_for"] = drawn_for(person.account, settings.secret_key)
        unsafe = request.method not in SAFE_METHODS
        if unsafe and (helper is not None or person is None or person.csrf):
            refuse_other_origins(request, base_url=settings.base_url)
        if helper is None:
            _refuse_keys(request, handler, person)
            try:
                await _refuse_unless_allowed(handler, person, path=scope["path"], settings=settings, now=now)
            except (SignInFirst, ProofFirst, FreshProofNeeded) as refusal:
                if unsafe:
                    account = person.account if person is not None else None
                    refusal.draft = await save_form(request, settings, account=account, now=now)
                raise
            person = scope["user"] = await in_the_name_of(request, handler, person, acts=unsafe)
        # No row has such an id or such a text, and PostgreSQL would not even parse it.
        if any(_is_unreadable(value) for value in scope["path_params"].values()):
            raise NotFound()
        expected = helper.csrf if helper is not None else person.csrf if person is not None else ""
        if unsafe and expected:
            held = link_of_request(request, settings) if helper is not None else session_id_of(request, settings) or ""
            tokens = [expected, *tokens_before(held, settings)]
            await _refuse_other_forms(request, person, settings, expected=tokens, now=now)
        if unsafe and person is not None:
            await read_reason(request, form=bool(expected) and is_form(request))
        with asking(person):
            await self.app(scope, receive, send)


async def _who_asks(
    request: AnyRequest, handler: BaseRouteHandler, settings: Settings, *, now: datetime
) -> Person | None:
    """Raises NobodyAnswers, but where what is asked is open to anyone."""
    try:
        return await person_of_request(request, settings, keys=bool(handler.opt.get("keys")), now=now)
    except NobodyAnswers:
        if handler.opt["may"] not in ANYONE:
            raise
        return None


def _is_unreadable(value: object) -> bool:
    return (isinstance(value, int) and abs(value) > HIGHEST_NUMBER) or (isinstance(value, str) and "\x00" in value)


async def _refuse_other_forms(
    request: AnyRequest, person: Person | None, settings: Settings, *, expected: Sequence[str], now: datetime
) -> None:
    try:
        await refuse_without_token(request, expected=expected)
    except NotFromOurPage:
        # The form was rendered before the user signed in again, and the browser says that it is a page of ours: it is
        # saved as a draft, and not acted upon.
        if person is None or not is_from_our_page(request):
            raise
        draft = await save_form(request, settings, account=person.account, now=now)
        if draft is None:
            raise
        raise WrittenBefore(draft) from None


def _refuse_keys(request: AnyRequest, handler: BaseRouteHandler, person: Person | None) -> None:
    """Raise KeyUnknown for a key that is not valid any more, KeyOnlyReads for a write by a read-only key.

    A write that no key may do is refused elsewhere, to all keys alike.
    """
    if person is None:
        if handler.opt.get("keys") and handler.opt["may"] not in ANYONE and bearer_of(request.scope) is not None:
            raise KeyUnknown()
    elif not person.writes and request.method not in SAFE_METHODS and not handler.opt.get("fresh"):
        raise KeyOnlyReads()


async def _refuse_unless_allowed(
    handler: BaseRouteHandler, person: Person | None, *, path: str, settings: Settings, now: datetime
) -> None:
    try:
        refuse_unless_allowed(handler, person, unproved=settings.demo and not settings.shown, now=now)
    except NotYours:
        by = person.account if person is not None else None
        await count_refusal(DENIED, account=by, about_kind="address", detail=path[:200], now=now)
        raise
