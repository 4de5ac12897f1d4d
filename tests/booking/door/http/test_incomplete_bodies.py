"""Timeouts for incomplete heads and bodies, on a real server; a client that disconnects in a body is no crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from uvicorn.config import Config
from uvicorn.server import Server

from booking.commands import header_timeout
from booking.commands.header_timeout import HeaderTimeoutProtocol
from booking.door.http import incomplete_bodies
from booking.door.http.incomplete_bodies import BodyTimeout, ClientDisconnected, with_body_timeout

HEAD = b"POST /connexion HTTP/1.1\r\nhost: 127.0.0.1:8000\r\nsec-fetch-site: same-origin\r\n"
FORM = HEAD + b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 40\r\n\r\nemail=claire"

SHORT = FORM.replace(b"length: 40", b"length: 12\r\nconnection: close")


@pytest.fixture
async def port(app, monkeypatch) -> AsyncIterator[int]:
    """The application as it is served, with timeouts of a second."""
    for module, name in (
        *((header_timeout, name) for name in ("HEAD_SECONDS", "FIRST_BYTE_SECONDS")),
        *((incomplete_bodies, name) for name in ("CHUNK_SECONDS", "BODY_SECONDS")),
    ):
        monkeypatch.setattr(module, name, 1)
    config = Config(
        app, port=0, http=HeaderTimeoutProtocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def response_to(port: int, sent: bytes, *, then: bytes = b"") -> bytes:
    """What a client that stops sending receives until the connection is closed; TimeoutError if it stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        dripping = asyncio.create_task(_drip(writer, then)) if then else None
        async with asyncio.timeout(6):
            received = await reader.read()
        if dripping is not None:
            dripping.cancel()
        return received
    finally:
        writer.close()


async def _drip(writer: asyncio.StreamWriter, each: bytes) -> None:
    with suppress(ConnectionError):
        while True:
            await asyncio.sleep(0.3)
            writer.write(each)


async def test_a_connection_without_a_first_byte_is_closed(port):
    assert await response_to(port, b"") == b""


async def test_a_head_that_stops_half_way_gets_408(port):
    assert (await response_to(port, HEAD)).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_comes_byte_by_byte_gets_408_as_well(port):
    assert (await response_to(port, HEAD, then=b"x")).startswith(b"HTTP/1.1 408 ")


async def test_the_head_of_a_pipelined_request_has_the_same_timeout(port):
    live = b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1:8000\r\n\r\n"
    response = await response_to(port, live + HEAD)
    assert [part[:3] for part in response.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]


async def test_a_body_that_stops_half_way_is_refused_and_the_connection_closed(port):
    response = await response_to(port, FORM)
    assert response.startswith(b"HTTP/1.1 408 ")
    assert "Vérifiez le réseau, puis recommencez." in response.decode().replace("&#39;", "'")


async def test_a_complete_request_is_answered(port):
    response = await response_to(port, SHORT)
    assert response.startswith(b"HTTP/1.1 422 ")


async def test_a_client_that_disconnects_in_a_body_is_no_crash(port, caplog):
    with caplog.at_level(logging.INFO):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(FORM)
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await asyncio.sleep(0.5)
    records = [record for record in caplog.records if record.name.startswith("technilab")]
    assert [record.getMessage() for record in records if record.levelno >= logging.WARNING] == []
    requests = [record.getMessage().split(" in ")[0] for record in records if "POST" in record.getMessage()]
    assert requests == ["POST /connexion 499"]


async def test_a_body_has_a_timeout_for_each_chunk_and_one_for_the_whole(monkeypatch):
    monkeypatch.setattr(incomplete_bodies, "CHUNK_SECONDS", 0.2)
    monkeypatch.setattr(incomplete_bodies, "BODY_SECONDS", 0.5)

    async def slow_chunks() -> dict[str, object]:
        await asyncio.sleep(0.1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    receive, chunks = with_body_timeout(slow_chunks), 0
    with pytest.raises(BodyTimeout):
        while True:
            await receive()
            chunks += 1
    assert 2 <= chunks <= 5

    async def disconnect() -> dict[str, object]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientDisconnected):
        await with_body_timeout(disconnect)()


def test_no_timeout_exceeds_130_seconds_in_all():
    assert header_timeout.HEAD_SECONDS + incomplete_bodies.BODY_SECONDS <= 130
    assert max(header_timeout.FIRST_BYTE_SECONDS, incomplete_bodies.CHUNK_SECONDS) < 130
