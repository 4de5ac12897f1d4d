"""A body that is never sent whole: whoever leaves in the middle of it is no fault of ours, and whoever stops sending is
not waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response
from litestar.types import Receive

from booking.door.forms.read import AnyRequest
from workshops.refusals import Refusal

# Between two parts of a body, and for the whole of it: a photo of 8 MB by a school's slow line takes a minute.
PART_SECONDS, BODY_SECONDS = 20, 110


class VisitorLeft(Exception):
    """The connection ended in the middle of the body: nobody is there to be answered."""


class TooSlow(Refusal):
    kind = "too-slow"
    status = 408
    title = "Envoi interrompu"
    sentence = "Votre envoi s'est arrêté en route et rien n'a été enregistré. Vérifiez le réseau, puis recommencez."


def body_awaited(receive: Receive) -> Receive:
    """The same, which raises VisitorLeft or TooSlow until the body is whole; afterwards it is listened to for ever."""
    whole, until = False, 0.0

    async def awaited() -> Any:
        nonlocal whole, until
        if whole:
            return await receive()
        now = asyncio.get_running_loop().time()
        until = until or now + BODY_SECONDS
        try:
            async with asyncio.timeout(min(PART_SECONDS, until - now)):
                message = await receive()
        except TimeoutError:
            raise TooSlow() from None
        if message["type"] == "http.disconnect":
            raise VisitorLeft()
        whole = not message.get("more_body", False)
        return message

    return awaited


def nobody_there(_: AnyRequest, __: VisitorLeft) -> Response[None]:
    """What is written to nobody."""
    return Response(None, status_code=VISITOR_LEFT)


# What nginx calls it: no answer of the standard says that nobody reads it.
VISITOR_LEFT = 499
