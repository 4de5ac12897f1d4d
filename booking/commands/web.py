"""technilab web: pages and API, WORKERS processes on one address, beside as many other `technilab web` as wanted."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from booking.commands.listening import OPEN, refuse_a_taken_place
from booking.commands.process_group import MEMBER, end_with_parent
from booking.commands.words import FrenchCommand
from booking.door.leaving import NOTICED_IN, SIGN, heed_the_sign
from booking.door.meter import folder_of, forget_the_dead
from booking.embedded.provide import provide
from booking.loading import loading
from booking.logs import set_up
from booking.memory import one_heap
from booking.settings import read_settings

STOP_SECONDS = 8


@click.command(cls=FrenchCommand)
@MEMBER
def web(member: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; a process that dies is replaced."""
    if member:
        end_with_parent()
    settings = read_settings()
    refuse_a_taken_place(settings, shared=True)
    provide(settings.data_dir)
    forget_the_dead(folder_of(settings.data_dir, settings.port))
    server = Server(
        "booking.app:create_app",
        address=settings.listen,
        port=settings.port,
        uds=settings.socket,
        uds_permissions=OPEN,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backlog=2048,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    if settings.one_of_several:
        _leave_first(server)
    server.serve(target_loader=_application, wrap_loader=False)


def _leave_first(server: Any) -> None:
    """Tell whoever shares requests among several machines that this one leaves, and end a little later."""
    end = server.signal_handler_interrupt

    def leave(*_: object) -> None:
        for worker in server.wrks:
            os.kill(worker.inner.pid, SIGN)
        threading.Timer(NOTICED_IN, end).start()

    server.signal_handler_interrupt = leave


def _application() -> Any:
    # Until the server listens to signals, the handlers inherited from the parent would swallow them.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()
    heed_the_sign()
    one_heap()
    set_up(read_settings().log_format)
    return assembled()


def assembled() -> Any:
    """The application as each serving process has it."""
    with loading("pages"):
        from booking.app import create_app  # noqa: PLC0415 in the serving process alone, the parent stays small

        return create_app()
