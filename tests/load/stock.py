"""A PostgreSQL of its own for what is timed, as it comes: what it acknowledges is on the machine's disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import database
from tests.command_line import data_folder, free_port
from tests.replica import Server

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")


@contextmanager
def stock(*, migrated: bool = False) -> Iterator[Server]:
    """Made, started, and forgotten at the end; `migrated` brings our tables."""
    with data_folder(Path(tempfile.gettempdir())) as home:
        server = Server(home / "stock", free_port(), fsync=None)
        server.create()
        server.start()
        try:
            if migrated:
                database.load(server.url)
            yield server
        finally:
            server.stop("immediate")


def told_of(server: Server) -> str:
    """Its version, and how it stands to what a crash could take."""
    said = ", ".join(f"{one} {server.ask(f'SHOW {one}')}" for one in SETTINGS)
    return f"PostgreSQL {server.ask('SHOW server_version').split()[0]}: {said}"
