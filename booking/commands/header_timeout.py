"""Timeouts for the head (request line and headers) of a request: uvicorn itself waits for it without limit."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# From the first byte of a head to its last; and before the first byte of a new connection.
HEAD_SECONDS, FIRST_BYTE_SECONDS = 20, 90


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which closes a connection whose head does not arrive in time, counted from its first byte:
    sending a byte every second does not extend it.

    The body has timeouts of its own, in booking.door.http.incomplete_bodies.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_started = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(FIRST_BYTE_SECONDS, self._on_timeout)

    def data_received(self, data: bytes) -> None:
        """Most heads arrive whole: only one that has not needs a timer."""
        super().data_received(data)
        if self._head_started and self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_timeout)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._cancel_timer()
        self._head_started = True

    def on_headers_complete(self) -> None:
        self._cancel_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def _cancel_timer(self) -> None:
        self._head_started = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _on_timeout(self) -> None:
        self._head_timer = None
        if self.cycle is not None and not self.cycle.response_complete:
            # A pipelined request waits for a response that is still being made.
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._on_timeout)
            return
        if not self.transport.is_closing():
            if self._head_started:
                self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()
