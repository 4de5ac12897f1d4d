"""Request bodies that never arrive whole: a client that disconnects is not an error of ours, and a client that stops
sending is timed out."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response
from litestar.types import Receive

from booking.door.forms.read import AnyRequest
from workshops.refusals import Refusal

# Timeouts between two chunks of a body, and for the whole of it: a photo of 8 MB over a school's slow line takes a
# minute.
CHUNK_SECONDS, BODY_SECONDS = 20, 110


class ClientDisconnected(Exception):
    """The client closed the connection in the middle of the body: there is nobody to respond to."""


class BodyTimeout(Refusal):
    kind = "too-slow"
    status = 408
    title = "Envoi interrompu"
    sentence = "Votre envoi s'est arrêté en route et rien n'a été enregistré. Vérifiez le réseau, puis recommencez."


def with_body_timeout(receive: Receive) -> Receive:
    """The same `receive`, which raises ClientDisconnected or BodyTimeout until the body is complete; afterwards it
    waits without limit, for the disconnect."""
    complete, deadline = False, 0.0

    async def receive_in_time() -> Any:
        nonlocal complete, deadline
        if complete:
            return await receive()
        now = asyncio.get_running_loop().time()
        deadline = deadline or now + BODY_SECONDS
        try:
            async with asyncio.timeout(min(CHUNK_SECONDS, deadline - now)):
                message = await receive()
        except TimeoutError:
            raise BodyTimeout() from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnected()
        complete = not message.get("more_body", False)
        return message

    return receive_in_time


def client_disconnected(_: AnyRequest, __: ClientDisconnected) -> Response[None]:
    """The exception handler of ClientDisconnected: a response that nobody reads, whose status the log shows."""
    return Response(None, status_code=CLIENT_CLOSED_REQUEST)


# nginx's status code: the HTTP standard has none for a response that nobody reads.
CLIENT_CLOSED_REQUEST = 499
