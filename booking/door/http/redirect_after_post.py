"""Post/Redirect/Get (PRG): a form that was refused, or interrupted by a lost session, returns at its own page's URL."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.enums import MediaType
from litestar.middleware import MiddlewareProtocol
from litestar.response import Redirect, Response
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from booking.door.forms.drafts import requested_draft, save_page
from booking.door.forms.read import AnyRequest
from booking.door.forms.repopulate import repopulate
from booking.door.rights.authenticate import clock
from booking.people.drafts.rules import Content

if TYPE_CHECKING:
    from booking.process.settings import Settings

Replacement = Callable[[bytes, int], Awaitable[Response[Any] | None]]
DRAFT_NOTE = re.compile(r'(?<=<p id="brouillon">).*?(?=</p>)', re.DOTALL)
FORM_GONE = "Ce formulaire n'est plus proposé. Vous aviez écrit : {}"


class RedirectAfterPostMiddleware(MiddlewareProtocol):
    """Post/Redirect/Get for browser navigations, so that a page can be reloaded and gone back to.

    The error page of a refused form is saved and shown at the form's URL; so is the response of a route with
    `opt={"shown_again": True}`. An API client, or a script that loads part of a page, gets its response at once, with
    its status.
    """

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = scope.get("user")
        if person is None or not person.csrf:
            await self.app(scope, receive, send)
            return
        request: AnyRequest = Request(scope, receive, send)
        if request.method == "POST" and request.headers.get("sec-fetch-mode") == "navigate":

            async def redirect(page: bytes, status: int) -> Response[Any] | None:
                return await _redirect_to_form(request, page, status)

            await self.app(scope, receive, _BufferedPage(send, redirect, request, receive))
        elif request.method == "GET" and b"reprise=" in scope["query_string"]:
            await self._resume(request, person.account, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _resume(self, request: AnyRequest, account: int, scope: Scope, receive: Receive, send: Send) -> None:
        settings: Settings = request.app.state.settings
        draft = await requested_draft(request, settings, account, now=clock(scope))
        if draft is None:
            await self.app(scope, receive, send)
        elif draft.page:
            saved_page = Response(draft.page, media_type=MediaType.HTML, status_code=draft.status)
            await saved_page.to_asgi_response(None, request)(scope, receive, send)
        else:
            scope["state"]["draft"] = draft

            async def fill(page: bytes, status: int) -> Response[Any] | None:
                return _repopulated(scope, draft, page.decode(), status)

            await self.app(scope, receive, _BufferedPage(send, fill, request, receive))


async def _redirect_to_form(request: AnyRequest, page: bytes, status: int) -> Response[Any] | None:
    if not (400 <= status < 500 or request.scope["route_handler"].opt.get("shown_again")):
        return None
    account, settings = request.scope["user"].account, request.app.state.settings
    saved = await save_page(request, settings, account, page.decode(), status, now=clock(request.scope))
    if saved is None:
        return None
    response = Redirect(saved.url, status_code=303)
    response.set_cookie(saved.cookie)
    return response


def _repopulated(scope: Scope, draft: Content, page: str, status: int) -> Response[Any] | None:
    if "draft" not in scope["state"] or "draft_drawn" in scope["state"] or status != 200:
        return None
    filled_page, has_form = repopulate(page, draft.action, draft.typed)
    if not has_form:
        words = [value for values in draft.typed.values() for value in values if len(value) > 1 and not value.isdigit()]
        note = FORM_GONE.format(escape(" · ".join(words)))
        filled_page = DRAFT_NOTE.sub(lambda _: note, page)
    return Response(filled_page, media_type=MediaType.HTML)


class _BufferedPage:
    """Buffers an HTML response until its body is complete, then sends it, or the response that replaces it."""

    def __init__(self, send: Send, replacement: Replacement, request: AnyRequest, receive: Receive) -> None:
        self._send, self._replacement, self._request, self._receive = send, replacement, request, receive
        self._start: HTTPResponseStartEvent | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
            return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._page += message["body"]
        if message["more_body"]:
            return
        replacement = await self._replacement(self._page, self._start["status"])
        if replacement is not None:
            response = replacement.to_asgi_response(None, self._request)
            await response(self._request.scope, self._receive, self._send)
            return
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._page, "more_body": False})


def _is_html(start: HTTPResponseStartEvent) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
