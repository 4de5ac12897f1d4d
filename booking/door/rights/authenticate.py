"""What every request passes before its handler: who calls, may they, is it from our page."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Request
from litestar.datastructures import State
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from booking.day.desk_links.rules import LinkEnded
from booking.door.forms.closed_year_reason import hear_reason
from booking.door.forms.drafts import keep_typed
from booking.door.forms.read import AnyRequest, is_form
from booking.door.layer import Layer
from booking.door.rights.csrf import (
    SAFE,
    NotFromOurPage,
    refuse_other_origins,
    refuse_without_token,
    says_ours,
)
from booking.door.rights.desk_link import came_by_a_link, helper_behind
from booking.door.rights.guards import (
    ANYONE,
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
from booking.door.rights.session import bearer_of, person_behind
from booking.door.rights.trusted_hosts import refuse_other_hosts
from booking.outbox.journal.count_refusal import count_refusal
from booking.people.accounts.queries import Person
from booking.people.drafts.rules import drawn_for
from booking.process.settings import Settings
from workshops.refusals import NotFound

HIGHEST_NUMBER = 2_147_483_647


def clock(scope: Scope) -> datetime:
    """The time of this request, in UTC; a test may have moved the application's clock."""
    return time_of(scope["litestar_app"].state)


def time_of(state: State) -> datetime:
    """The application's time."""
    told = state.get("clock")
    moment: datetime = told() if told is not None else datetime.now(UTC)
    return moment


class Entrance(Layer):
    """Finds the person, checks the route's `who`, and for a browser's write its origin and token.

    `opt={"plain": True}` (health, static files) skips it: such a route must be harmless and personless. `opt={"keys":
    True}` marks the routes that a program's key opens; `opt={"any_host": True}` those that answer under any name.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        settings: Settings = scope["litestar_app"].state.settings
        if not handler.opt.get("any_host"):
            refuse_other_hosts(scope, settings)
        # What an address allows (RFC 9110, 9.3.7) is the same for everybody.
        if handler.opt.get("plain") or scope.get("method") == "OPTIONS":
            await next_app(scope, receive, send)
            return
        now = clock(scope)
        request: Request[Person | None, None, State] = Request(scope, receive, send)
        person = await person_behind(request, settings, keys=bool(handler.opt.get("keys")), now=now)
        by_link = needs_a_link(handler, person) and came_by_a_link(request, settings)
        helper = await helper_behind(request, settings, now=now) if by_link else None
        scope["user"] = person
        scope["state"]["helper"] = helper
        scope["auth"] = None
        if by_link and helper is None:
            raise LinkEnded()
        if person is not None and person.csrf:
            scope["state"]["drawn_for"] = drawn_for(person.account, settings.secret_key)
        unsafe = request.method not in SAFE
        if unsafe and (helper is not None or person is None or person.csrf):
            refuse_other_origins(request, base_url=settings.base_url)
        if helper is None:
            _refuse_keys(request, handler, person)
            try:
                await _refuse_unless_allowed(handler, person, path=scope["path"], settings=settings, now=now)
            except (SignInFirst, ProofFirst, FreshProofNeeded) as no:
                if unsafe:
                    account = person.account if person is not None else None
                    no.back = await keep_typed(request, settings, account=account, now=now)
                raise
        # No row bears such a number or holds such a text, and PostgreSQL would not even read it.
        if any(_unreadable(told) for told in scope["path_params"].values()):
            raise NotFound()
        expected = helper.csrf if helper is not None else person.csrf if person is not None else ""
        if unsafe and expected:
            await _refuse_other_forms(request, person, settings, expected=expected, now=now)
        if unsafe and person is not None:
            await hear_reason(request, form=bool(expected) and is_form(request))
        await next_app(scope, receive, send)


def _unreadable(told: object) -> bool:
    return (isinstance(told, int) and abs(told) > HIGHEST_NUMBER) or (isinstance(told, str) and "\x00" in told)


async def _refuse_other_forms(
    request: AnyRequest, person: Person | None, settings: Settings, *, expected: str, now: datetime
) -> None:
    try:
        await refuse_without_token(request, expected=expected)
    except NotFromOurPage:
        # Typed before she signed in again, on a page of ours as her browser says: nothing is done with it.
        if person is None or not says_ours(request):
            raise
        back = await keep_typed(request, settings, account=person.account, now=now)
        if back is None:
            raise
        raise WrittenBefore(back) from None


def _refuse_keys(request: AnyRequest, handler: BaseRouteHandler, person: Person | None) -> None:
    """Raise KeyUnknown for a key that opens nothing any more, KeyOnlyReads for an act by one that only reads.

    What no key does is refused as such to all of them.
    """
    if person is None:
        if handler.opt.get("keys") and handler.opt["who"] != ANYONE and bearer_of(request.scope) is not None:
            raise KeyUnknown()
    elif not person.writes and request.method not in SAFE and not handler.opt.get("fresh"):
        raise KeyOnlyReads()


async def _refuse_unless_allowed(
    handler: BaseRouteHandler, person: Person | None, *, path: str, settings: Settings, now: datetime
) -> None:
    try:
        refuse_unless_allowed(handler, person, unproved=settings.demo and not settings.shown, now=now)
    except NotYours:
        by = person.account if person is not None else None
        await count_refusal("access_denied", account=by, about_kind="address", detail=path[:200], now=now)
        raise
