"""A client's connection to what it tests, which costs the machine that holds both as little as it can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

AGAIN_AFTER = 0.25
GIVES_UP_AFTER = 90.0  # longer than the longest outage that the faults make
STAYS = 10  # requests: after a fault of one machine the other does not keep all the clients
SILENT = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError)


class Silence(Exception):
    """No answer, or one that does not say whether the act was done."""


class Problem(msgspec.Struct):
    type: str


@dataclass
class Answer:
    """What came of a request that was sent until it was answered; nothing at all (`status` 0) when nobody ever did."""

    began: float
    sent: float
    tries: int
    status: int = 0
    body: bytes = b""

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refusal(self) -> str:
        """The name of a refusal: `slot-full` of `/problems/slot-full`; the status of what is no refusal of ours."""
        try:
            return msgspec.json.decode(self.body, type=Problem).type.rpartition("/")[2]
        except msgspec.MsgspecError:
            return str(self.status)


class Wire:
    """A kept connection to one of the addresses; when it breaks, and now and then, the next address is tried.

    As a browser does that was given two addresses of one name: where nobody listens it goes to the other at once, and
    sends what it has not sent yet.
    """

    def __init__(self, addresses: Sequence[tuple[str, int]], *, name: str, patience: float, start: int) -> None:
        self._addresses, self._name, self._patience, self._next = addresses, name, patience, start
        self._asked = 0
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, *, token: str, body: Any = None, key: str = "") -> tuple[int, bytes]:
        """Status and what was said; raises Silence."""
        try:
            async with asyncio.timeout(self._patience):
                status, said = await self._exchange(self._request(method, path, token, body, key))
        except SILENT as error:
            self.close()
            raise Silence(repr(error)) from error
        except BaseException:
            self.close()
            raise
        if status >= 500:
            raise Silence(f"{status}")
        return status, said

    async def insist(self, method: str, path: str, *, token: str, body: Any = None, key: str = "") -> Answer:
        """The same request until somebody answers it."""
        began = sent = time.monotonic()
        tries = 1
        while sent - began < GIVES_UP_AFTER:
            try:
                return Answer(began, sent, tries, *await self.ask(method, path, token=token, body=body, key=key))
            except Silence:
                await asyncio.sleep(AGAIN_AFTER)
                tries, sent = tries + 1, time.monotonic()
        return Answer(began, sent, tries)

    def close(self) -> None:
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None

    def _request(self, method: str, path: str, token: str, body: Any, key: str) -> bytes:
        sent = b"" if body is None else msgspec.json.encode(body)
        head = [f"{method} /api/v1{path} HTTP/1.1", f"Host: {self._name}"]
        head += [f"Authorization: Bearer {token}"] if token else []
        head += [f"Content-Length: {len(sent)}", "Content-Type: application/json"] if body is not None else []
        head += [f"Idempotency-Key: {key}"] if key else []
        return "\r\n".join(head).encode() + b"\r\n\r\n" + sent

    async def _exchange(self, sent: bytes) -> tuple[int, bytes]:
        reader, writer = self._open = self._open or await self._connected()
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = head.partition("\r\ncontent-length:")[2].partition("\r\n")[0]
        said = await reader.readexactly(int(length or 0))
        self._asked += 1
        if "\r\nconnection: close" in head or self._asked % STAYS == 0:
            self.close()
        return int(head[9:12]), said

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for left in reversed(range(len(self._addresses))):
            host, port = self._addresses[self._next % len(self._addresses)]
            self._next += 1
            try:
                return await asyncio.open_connection(host, port)
            except OSError:
                if not left:
                    raise
        raise ConnectionError
