"""Idempotency-Key: what a program makes under a key is made once, and a repeat gets the first answer.

The claim on the key, what is made and its answer are one transaction: of two at the same instant one makes it and the
other waits for that answer; what is refused leaves nothing, and may be asked again under its key.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import MiddlewareProtocol
from litestar.response import Response

from booking.door.rights.authenticate import clock
from booking.people.first_answers.keep import GivenAnswer, answer_given, begin, keep_answer
from booking.people.first_answers.rules import asked_print, readable
from booking.visits.reservations.rules import KeyReused
from workshops.database import around_acts
from workshops.refusals import Invalid

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

    from booking.door.forms.read import AnyRequest

HEADER: Final = "Idempotency-Key"
UNREADABLE = "Donnez de 1 à 80 caractères lisibles."


class _NothingMade(Exception):
    """The act was refused: its transaction ends with nothing kept."""


class FirstAnswerMiddleware(MiddlewareProtocol):
    """Answers a repeat as the first time; the acts that keep their key by themselves are left alone."""

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "POST" or scope.get("user") is None or not keeps_first_answer(scope["route_handler"]):
            await self.app(scope, receive, send)
            return
        request: AnyRequest = Request(scope, receive, send)
        key = request.headers.get(HEADER)
        if key is None:
            await self.app(scope, receive, send)
            return
        if not readable(key):
            raise Invalid({HEADER: UNREADABLE})
        messages: list[Message] = []
        try:
            given = await self._answered(request, key, messages)
        except _NothingMade:
            given = None
        if given is not None:
            response = Response(given.body.encode(), status_code=given.status, media_type="application/json")
            if given.location:
                response.headers["Location"] = given.location
            await response.to_asgi_response(None, request)(scope, receive, send)
            return
        for message in messages:
            await send(message)

    async def _answered(self, request: AnyRequest, key: str, messages: list[Message]) -> GivenAnswer | None:
        """The answer of before; else None, once this one stands among the `messages` and is kept."""
        person = request.scope["user"]
        address = f"{request.url.path}?{request.url.query}"
        program = person.program.id if person.program is not None else None
        asked = asked_print(address, person.membership, await request.body())
        async with around_acts():
            number = await begin(person.account, key, program=program, asked=asked, now=clock(request.scope))
            if number is not None:

                async def hold(message: Message) -> None:
                    messages.append(message)

                await self.app(request.scope, request.receive, hold)
                status, location, body = _read(messages)
                if not 200 <= status < 300:
                    raise _NothingMade
                await keep_answer(number, status=status, location=location, body=body)
                return None
        given = await answer_given(person.account, key, program=program)
        if given is None or given.asked != asked:
            raise KeyReused()
        return given


def _read(messages: list[Message]) -> tuple[int, str, str]:
    """The status, the Location and the body of a whole response."""
    start: Any = messages[0]
    location = MutableScopeHeaders(start).get("location", "")
    bodies: list[Any] = [message.get("body", b"") for message in messages[1:]]
    return start["status"], location, b"".join(bodies).decode()


def keeps_first_answer(handler: Any) -> bool:
    """Whether a route makes something (201) and leaves its key to the door: a reservation, a demand keeps its own."""
    if not isinstance(handler, HTTPRouteHandler) or handler.http_methods != {"POST"}:
        return False
    return 201 in {handler.status_code, *handler.opt.get("also", ())} and not _has_its_own(handler.fn)


@cache
def _has_its_own(fn: Any) -> bool:
    return "idempotency_key" in fn.__annotations__
