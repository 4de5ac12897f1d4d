"""Admission control: under a rush, a process works on so many requests at once, and the others wait for their turn, or
are told when to come back, before anything is done for them.

Without it a process that is asked more than it can do answers everybody too late: each request takes its share of one
processor, until the proxies in front give up (502, 504) on answers that are still being made.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, cast

from litestar.middleware import MiddlewareProtocol

from booking.door.rights.session import SAFE_METHODS
from workshops.refusals import Refusal

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

# Acts worked on at once, and reads beside them: enough that batches are shared, few enough that each goes on. Where
# there are several machines HAProxy holds the same back (deploy/), so that an act waits for one turn.
ACTS_AT_ONCE, READS_AT_ONCE = 32, 16
# Seconds for a turn: with what an answer may take then, less than a teacher waits before she presses again.
PATIENCE = 4.0
# Beyond so many that wait, a request's turn would come too late in any case.
MOST_WAITING = 2000
# Bytes of an act that waits for a turn: a file is no rush.
SMALL = 65_536
# Seconds after which to come back: not all at the same moment.
COME_BACK = range(10, 31)


class Busy(Refusal):
    """Too many at once: nothing was begun. `retry_after` is in seconds and goes into the Retry-After header."""

    kind = "busy"
    status = 503
    title = "Beaucoup de monde"
    sentence = (
        "Beaucoup de demandes arrivent en même temps et rien n'a été enregistré de la vôtre. Recommencez dans une"
        " demi-minute."
    )
    for_programs = (
        "Trop de demandes en même temps : rien n'a été commencé de celle-ci. Renvoyez-la après le temps que dit"
        " l'en-tête Retry-After."
    )

    def __init__(self) -> None:
        self.retry_after = secrets.choice(COME_BACK)
        super().__init__(self.sentence)


class Turns:
    """How many requests of a kind are worked on at once in this process; the next has its turn in order of arrival."""

    def __init__(self, at_once: int, *, patience: float = PATIENCE, most_waiting: int = MOST_WAITING) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._patience = patience
        self._most_waiting = most_waiting
        self._waiting = 0

    async def take(self) -> None:
        """Returns when it is this request's turn; `end` must follow. Raises Busy when that takes too long."""
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._most_waiting:
            raise Busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise Busy() from None
        finally:
            self._waiting -= 1

    def end(self) -> None:
        """The request is answered: the next has its turn."""
        self._free.release()


class Admission:
    """The turns of one process, acts apart from reads: neither keeps the other out."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.acts, self.reads = (Turns(at_once, patience=patience) for at_once in (ACTS_AT_ONCE, READS_AT_ONCE))


class AdmissionMiddleware(MiddlewareProtocol):
    """Each request waits for its turn.

    Not those of machines that watch and of files (`plain`), nor those of the desk: people stand at the door, and their
    phones send again by themselves; nor a file. A body that is still under way holds no turn, nor does a reader who
    takes his time over an answer: a slow line is not a rush.
    """

    __slots__ = ()

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        opt = scope["route_handler"].opt
        # Litestar's own answers, which say what an address allows, have no `may`.
        if opt.get("plain") or opt.get("may", "desk.").startswith("desk."):
            await self.app(scope, receive, send)
            return
        admission: Admission = scope["litestar_app"].state.admission
        turns = admission.reads
        if scope.get("method") not in SAFE_METHODS:
            turns, first = admission.acts, await _first_of(receive)
            receive = _from_first(first, receive)
            if first[-1].get("more_body"):
                await self.app(scope, receive, send)
                return
        await turns.take()
        ended = False

        def end() -> None:
            nonlocal ended
            if not ended:
                ended = True
                turns.end()

        async def send_and_end(message: Message) -> None:
            end()
            await send(message)

        try:
            await self.app(scope, receive, send_and_end)
        finally:
            end()


async def _first_of(receive: Receive) -> list[ReceiveMessage]:
    """The messages of a body until it is complete, or is larger than an act that people do in a rush."""
    messages, size = [await receive()], 0
    while messages[-1].get("more_body"):
        size += len(cast("bytes", messages[-1].get("body", b"")))
        if size > SMALL:
            break
        messages.append(await receive())
    return messages


def _from_first(messages: list[ReceiveMessage], receive: Receive) -> Receive:
    """The same `receive`, from its first message on."""
    pending = messages[::-1]

    async def receive_again() -> ReceiveMessage:
        return pending.pop() if pending else await receive()

    return receive_again
