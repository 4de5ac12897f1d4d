"""technilab web: pages and API, WORKERS processes on one address, beside as many other `technilab web` as wanted."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from booking.commands.listening import bind_socket, refuse_address_in_use
from booking.commands.process_group import MEMBER, ProcessGroup, end_with_parent
from booking.commands.words import FrenchCommand
from booking.outbox.watch.migrations import ours
from booking.people.accounts.trial import refuse_wrong_data
from booking.presentation.assets import asset
from booking.presentation.look import look
from booking.process.embedded.provide import provide
from booking.process.graceful_stop import DRAIN_SECONDS, DRAIN_SIGNAL
from booking.process.logs import configure_logging
from booking.process.samples import forget_dead_processes, samples_of_web
from booking.process.settings import Settings, read_settings
from booking.process.version import VERSION

logger = logging.getLogger(__name__)


@click.command(cls=FrenchCommand)
@MEMBER
def web(member: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; a process that dies is replaced."""
    if member:
        end_with_parent()
    settings = read_settings()
    configure_logging(settings.log_format)
    # Said once here, not by each process again and again.
    asset("site.css")
    look()
    ours()
    refuse_address_in_use(settings, shared=True)
    provide(settings.data_dir)
    asyncio.run(refuse_wrong_data(settings))
    if settings.metrics_token:
        forget_dead_processes(samples_of_web(settings))
    if not member:  # whose address `technilab run` says
        told = "Technilab %s serves pages on %s by %d process(es)"
        logger.info(told, VERSION, settings.socket or f"{settings.listen}:{settings.port}", settings.workers)
    with _shared(settings) as shared:
        command = [sys.executable, "-m", "booking.commands.serve", *([str(shared)] if shared else [])]
        ProcessGroup(
            {f"Le serveur de pages {n}": command for n in range(1, settings.workers + 1)},
            environ=dict(os.environ),
            inherit=(shared,) if shared else (),
        ).run(drain=(DRAIN_SIGNAL, DRAIN_SECONDS) if settings.one_of_several else None)


@contextmanager
def _shared(settings: Settings) -> Iterator[int | None]:
    """The socket's descriptor, which all serve; a port's queue is one a process, among which the system shares."""
    if settings.socket is None:
        yield None
        return
    with bind_socket(settings) as shared:
        try:
            yield shared.fileno()
        finally:
            settings.socket.unlink(missing_ok=True)
