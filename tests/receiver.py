"""Another program for the tests: a real HTTP server that keeps what it is told, and answers what it is told to."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Told:
    """A request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """What the event is about."""
        told: dict[str, Any] = json.loads(self.body)["data"]
        return told


@dataclass
class Receiver:
    """`answers` are given one after the other, then `answer`; `seconds` is how long it thinks about each request."""

    answers: list[int] = field(default_factory=list)
    answer: int = 204
    seconds: float = 0
    more: str = ""
    told: list[Told] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            await asyncio.sleep(self.seconds)
            status = self.answers.pop(0) if self.answers else self.answer
            if 200 <= status < 300:
                self.told.append(Told(head[0].split(" ")[1], headers, body))
            writer.write(f"HTTP/1.1 {status} X\r\n{self.more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def receiver(*answers: int, tls: ssl.SSLContext | None = None, **more: Any) -> AsyncIterator[Receiver]:
    """A receiver on this machine, at `url`."""
    made = Receiver(list(answers), **more)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    made.url = f"https://localhost:{port}/told" if tls else f"http://127.0.0.1:{port}/told"
    try:
        yield made
    finally:
        server.close()
