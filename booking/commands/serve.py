"""One process that serves pages and the API, as `technilab web` starts and watches over it.

python -m booking.commands.serve [DESCRIPTOR of a socket that several serve]
"""

from __future__ import annotations

import signal
import sys
from socket import socket
from types import FrameType
from typing import Any

from uvicorn.config import Config
from uvicorn.server import Server

from booking.commands.header_timeout import HeaderTimeoutProtocol
from booking.commands.listening import BACKLOG, listening
from booking.commands.process_group import end_with_parent
from booking.process.graceful_stop import heed_the_sign
from booking.process.loading import loading
from booking.process.logs import set_up
from booking.process.memory import one_heap
from booking.process.settings import read_settings

STOP_SECONDS = 8
# Longer than whoever shares requests out (deploy/) keeps a connection on which nothing is asked: one that is closed
# here at that moment has perhaps an act under way.
IDLE_SECONDS = 90


class _Served(Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C reaches all processes of a terminal at once: it is for the one that watches over them."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)


def main() -> None:
    """Answer until SIGTERM, then end what was begun."""
    end_with_parent()
    heed_the_sign()
    one_heap()
    settings = read_settings()
    set_up(settings.log_format)
    config = Config(
        assembled(),
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
    _Served(config).run(sockets=[socket(fileno=int(shared[0])) if shared else listening(settings)])


def assembled() -> Any:
    """The application as each serving process has it."""
    with loading("pages"):
        from booking.app import create_app  # noqa: PLC0415 what it compiles is kept

        return create_app()


if __name__ == "__main__":
    main()
