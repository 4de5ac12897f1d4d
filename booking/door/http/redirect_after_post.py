"""A form that is refused, or that a lost session cost, comes back at the address of its own page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.enums import MediaType
from litestar.response import Redirect, Response
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from booking.door.forms.drafts import draft_asked, keep_page
from booking.door.forms.read import AnyRequest
from booking.door.forms.repopulate import filled_in
from booking.door.layer import Layer
from booking.door.rights.authenticate import clock
from booking.people.drafts.rules import Content

if TYPE_CHECKING:
    from booking.process.settings import Settings

Instead = Callable[[bytes, int], Awaitable[Response[Any] | None]]
NOTE = re.compile(r'(?<=<p id="brouillon">).*?(?=</p>)', re.DOTALL)
LOST = "Ce formulaire n'est plus proposé. Vous aviez écrit : {}"


class TakingUp(Layer):
    """Post, then redirect, then get, for a browser that navigates: a page may be reloaded and gone back to.

    The refusal of a form is kept and shown at the form's address; so is the answer of a route with
    `opt={"shown_again": True}`. A program, or a part of a page, gets its answer at once with its status.
    """

    def passes(self, scope: Scope) -> bool:
        person = scope.get("user")
        return person is None or not person.csrf

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        person = scope["user"]
        request: AnyRequest = Request(scope, receive, send)
        if request.method == "POST" and request.headers.get("sec-fetch-mode") == "navigate":

            async def redirect(page: bytes, status: int) -> Response[Any] | None:
                return await _shown_at_its_page(request, page, status)

            await next_app(scope, receive, _Held(send, redirect, request, receive))
        elif request.method == "GET" and b"reprise=" in scope["query_string"]:
            await self._take_up(request, person.account, scope, receive, send, next_app)
        else:
            await next_app(scope, receive, send)

    async def _take_up(
        self,
        request: AnyRequest,
        account: int,
        scope: Scope,
        receive: Receive,
        send: Send,
        next_app: ASGIApp,
    ) -> None:
        settings: Settings = request.app.state.settings
        draft = await draft_asked(request, settings, account, now=clock(scope))
        if draft is None:
            await next_app(scope, receive, send)
        elif draft.page:
            shown = Response(draft.page, media_type=MediaType.HTML, status_code=draft.status)
            await shown.to_asgi_response(None, request)(scope, receive, send)
        else:
            scope["state"]["draft"] = draft

            async def fill(page: bytes, status: int) -> Response[Any] | None:
                return _filled(scope, draft, page.decode(), status)

            await next_app(scope, receive, _Held(send, fill, request, receive))


async def _shown_at_its_page(request: AnyRequest, page: bytes, status: int) -> Response[Any] | None:
    if not (400 <= status < 500 or request.scope["route_handler"].opt.get("shown_again")):
        return None
    account, settings = request.scope["user"].account, request.app.state.settings
    back = await keep_page(request, settings, account, page.decode(), status, now=clock(request.scope))
    if back is None:
        return None
    answer = Redirect(back.where, status_code=303)
    answer.set_cookie(back.cookie)
    return answer


def _filled(scope: Scope, draft: Content, page: str, status: int) -> Response[Any] | None:
    if "draft" not in scope["state"] or "draft_drawn" in scope["state"] or status != 200:
        return None
    shown, found = filled_in(page, draft.action, draft.typed)
    if not found:
        words = [one for told in draft.typed.values() for one in told if len(one) > 1 and not one.isdigit()]
        lost = LOST.format(escape(" · ".join(words)))
        shown = NOTE.sub(lambda _: lost, page)
    return Response(shown, media_type=MediaType.HTML)


class _Held:
    """Holds a page back until it is whole, then sends it, or what is to be sent instead."""

    def __init__(self, send: Send, instead: Instead, request: AnyRequest, receive: Receive) -> None:
        self._send, self._instead, self._request, self._receive = send, instead, request, receive
        self._start: HTTPResponseStartEvent | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_a_page(message):
            self._start = message
            return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._page += message["body"]
        if message["more_body"]:
            return
        instead = await self._instead(self._page, self._start["status"])
        if instead is not None:
            answer = instead.to_asgi_response(None, self._request)
            await answer(self._request.scope, self._receive, self._send)
            return
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._page, "more_body": False})


def _is_a_page(start: HTTPResponseStartEvent) -> bool:
    return any(name == b"content-type" and told.startswith(b"text/html") for name, told in start["headers"])
