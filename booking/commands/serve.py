"""One server process for pages and the API, as `technilab web` starts and supervises it.

python -m booking.commands.serve [DESCRIPTOR of a socket that several processes share]
"""

from __future__ import annotations

import gc
import signal
import sys
from socket import socket
from types import FrameType
from typing import Any

from uvicorn.config import Config
from uvicorn.server import Server

from booking.commands.header_timeout import HeaderTimeoutProtocol
from booking.commands.listening import BACKLOG, bind_socket
from booking.commands.process_group import end_with_parent
from booking.process.graceful_stop import drain_on_signal
from booking.process.logs import configure_logging
from booking.process.memory import limit_arenas
from booking.process.settings import read_settings

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
