"""One server process for pages and the API, as `technilab web` starts and supervises it.

python -m booking.commands.serve [DESCRIPTOR of a socket that several processes share]

Timeouts for the head (request line and headers) of a request: uvicorn itself waits for it without limit.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from socket import socket
from types import FrameType
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import Server

from booking.commands.listening import BACKLOG, bind_socket
from booking.commands.process_group import end_with_parent
from booking.process.graceful_stop import drain_on_signal
from booking.process.logs import configure_logging
from booking.process.memory import limit_arenas
from booking.process.settings import read_settings

# From the first byte of a head to its last; and before the first byte of a new connection.
HEAD_SECONDS, FIRST_BYTE_SECONDS = 20, 90


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which closes a connection whose head does not arrive in time.

    The body has timeouts of its own, in booking.door.http.incomplete_bodies.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_started = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer(FIRST_BYTE_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._start_timer(HEAD_SECONDS)
        self._head_started = True

    def on_headers_complete(self) -> None:
        self._cancel_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def _start_timer(self, seconds: float) -> None:
        """Counted from the first byte of the head: sending a byte every second does not extend it."""
        self._cancel_timer()
        self._head_timer = self.loop.call_later(seconds, self._on_timeout)

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


STOP_SECONDS = 8
# Longer than the load balancer (deploy/) keeps an idle connection: one that is closed here at that moment may just have
# been given a request.
IDLE_SECONDS = 90


class _SupervisedServer(Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C reaches all processes of a terminal at once: only their supervisor acts on it."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)


def main() -> None:
    """Serve until SIGTERM, then complete the requests under way."""
    end_with_parent()
    drain_on_signal()
    limit_arenas()
    settings = read_settings()
    configure_logging(settings.log_format)
    config = Config(
        build_app(),
        loop="uvloop",
        http=HeaderTimeoutProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    shared = sys.argv[1:]
    _SupervisedServer(config).run(sockets=[socket(fileno=int(shared[0])) if shared else bind_socket(settings)])


def build_app() -> Any:
    """The application, as each server process creates it."""
    gc.disable()  # what a start makes stays: collecting it is a tenth of the start
    from booking.app import create_app  # noqa: PLC0415 signals are handled before

    app = create_app()
    gc.freeze()
    gc.enable()
    return app


if __name__ == "__main__":
    main()
