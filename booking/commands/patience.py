"""How long a connection is held for whoever has not sent the head of a request: uvicorn itself waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# From the first byte of a head to its last; and before the first byte that a connection ever brings.
HEAD_SECONDS, SILENT_SECONDS = 20, 90


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's, which closes a connection whose head does not come; what comes after the head is the door's matter."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_due: asyncio.TimerHandle | None = None
        self._head_begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head(SILENT_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head(HEAD_SECONDS)
        self._head_begun = True

    def on_headers_complete(self) -> None:
        self._end_wait()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_wait()
        super().connection_lost(exc)

    def _await_head(self, seconds: float) -> None:
        """From its first byte on: a drop every second prolongs nothing."""
        self._end_wait()
        self._head_due = self.loop.call_later(seconds, self._give_up)

    def _end_wait(self) -> None:
        self._head_begun = False
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _give_up(self) -> None:
        self._head_due = None
        if self.cycle is not None and not self.cycle.response_complete:
            # It waits behind an answer that is still being made.
            self._head_due = self.loop.call_later(HEAD_SECONDS, self._give_up)
            return
        if not self.transport.is_closing():
            if self._head_begun:
                self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()
