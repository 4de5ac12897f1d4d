"""Served directly: a head or a body that stops half-way is not waited for; whoever leaves in it is no fault of ours."""

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


async def heard_after(port: int, sent: bytes, *, then: bytes = b"") -> bytes:
    """What a visitor who stops there hears until the connection is closed; TimeoutError where it stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        dripping = asyncio.create_task(_drip(writer, then)) if then else None
        async with asyncio.timeout(6):
            heard = await reader.read()
        if dripping is not None:
            dripping.cancel()
        return heard
    finally:
        writer.close()


async def _drip(writer: asyncio.StreamWriter, each: bytes) -> None:
    with suppress(ConnectionError):
        while True:
            await asyncio.sleep(0.3)
            writer.write(each)


async def test_a_connection_that_says_nothing_is_closed(port):
    assert await heard_after(port, b"") == b""


async def test_a_head_that_stops_half_way_is_closed_with_a_word(port):
    assert (await heard_after(port, HEAD)).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_comes_drop_by_drop_is_no_better(port):
    assert (await heard_after(port, HEAD, then=b"x")).startswith(b"HTTP/1.1 408 ")


async def test_the_head_of_a_second_request_is_waited_for_as_little(port):
    live = b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1:8000\r\n\r\n"
    heard = await heard_after(port, live + HEAD)
    assert [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]


async def test_a_body_that_stops_half_way_is_refused_and_the_connection_closed(port):
    heard = await heard_after(port, FORM)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert "Vérifiez le réseau, puis recommencez." in heard.decode().replace("&#39;", "'")


async def test_a_whole_request_is_answered_as_before(port):
    heard = await heard_after(port, SHORT)
    assert heard.startswith(b"HTTP/1.1 422 ")


async def test_a_visitor_who_leaves_in_mid_body_is_no_crash(port, caplog):
    with caplog.at_level(logging.INFO):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(FORM)
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await asyncio.sleep(0.5)
    said = [one for one in caplog.records if one.name.startswith("technilab")]
    assert [one.getMessage() for one in said if one.levelno >= logging.WARNING] == []
    assert [one.getMessage().split(" in ")[0] for one in said if "POST" in one.getMessage()] == ["POST /connexion 499"]


async def test_a_body_is_waited_for_part_by_part_and_as_a_whole(monkeypatch):
    monkeypatch.setattr(incomplete_bodies, "CHUNK_SECONDS", 0.2)
    monkeypatch.setattr(incomplete_bodies, "BODY_SECONDS", 0.5)

    async def drops() -> dict[str, object]:
        await asyncio.sleep(0.1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    receive, parts = with_body_timeout(drops), 0
    with pytest.raises(BodyTimeout):
        while True:
            await receive()
            parts += 1
    assert 2 <= parts <= 5

    async def leaves() -> dict[str, object]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientDisconnected):
        await with_body_timeout(leaves)()


def test_nobody_is_waited_for_as_long_as_a_minute_and_a_half_after_her_first_word():
    assert header_timeout.HEAD_SECONDS + incomplete_bodies.BODY_SECONDS <= 130
    assert max(header_timeout.FIRST_BYTE_SECONDS, incomplete_bodies.CHUNK_SECONDS) < 130
