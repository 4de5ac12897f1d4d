"""A small HTTP client that costs little: raw requests over kept connections, on the loopback only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CONNECTIONS = 8


@dataclass(frozen=True)
class Figure:
    """What a run gave: answers a second, how long they took in ms, the statuses that came and how often."""

    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statuses: dict[int, int]


def request(
    method: str,
    path: str,
    *,
    port: int,
    token: str = "",
    body: bytes = b"",
    held: str = "",
    gzip: bool = False,
    key: str = "",
) -> bytes:
    """`held` is the mark of what the client holds already; `gzip` is what every browser says that it reads; `key` is
    what a repeated act is known by."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    if gzip:
        lines.append("Accept-Encoding: gzip")
    if held:
        lines.append(f"If-None-Match: {held}")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Its status, and whether the server keeps the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return int(head[9:12]), b"\r\nconnection: close\r\n" not in head.lower()


async def run(
    port: int, requests: Callable[[], Iterator[bytes]], *, seconds: float, connections: int = CONNECTIONS
) -> Figure:
    """Send what `requests` yields over 8 `connections` for some seconds, or until it is used up."""
    source = requests()
    took: list[float] = []
    statuses: dict[int, int] = {}
    ends = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for sent in source:
            began = time.perf_counter()
            if began > ends:
                break
            writer.write(sent)
            status, kept = await answer(reader)
            took.append(time.perf_counter() - began)
            statuses[status] = statuses.get(status, 0) + 1
            if not kept:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    lasted = time.perf_counter() - began
    took.sort()
    p50, p95, p99 = (1000 * took[int(part * len(took))] if took else 0.0 for part in (0.5, 0.95, 0.99))
    return Figure(len(took) / lasted, p50, p95, p99, statuses)
