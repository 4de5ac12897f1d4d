"""The trial that commit 1b2265b8 kept (README.md), put into a database."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from booking.process.embedded.programs import allow_traversal, launch, owner_of, program
from tests.command_line import eventually

HERE = Path(__file__).parent
SQL = HERE / "trial.sql.gz"


@cache
def told() -> dict[str, Any]:
    """What is known of it: its hour, its secret, the migrations it had run, what each of its links said."""
    known: dict[str, Any] = json.loads((HERE / "trial.json").read_text())
    return known


def made_at() -> datetime:
    """The hour at which everything in it is as it should be."""
    return datetime.fromisoformat(told()["made_at"])


def load(url: str) -> None:
    """Bring it, as it was, into an empty database."""
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "--single-transaction", url]
    subprocess.run(command, input=gzip.decompress(SQL.read_bytes()), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server_of(programs: Path, folder: Path) -> Iterator[str]:
    """A server of another PostgreSQL than ours, on a socket in a folder; its address as its owner."""
    data, log = folder / "data", folder / "log"
    owner = owner_of(data)
    if owner is not None:
        allow_traversal(data)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with log.open("wb") as output:
        made = launch([f"{programs}/initdb", "-D", str(data), "-U", "postgres", "--auth=trust"], owner, output)
        assert made.wait() == 0, log.read_text()
        told = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off")
        server = launch([f"{programs}/postgres", "-D", str(data), *told], owner, output)
    url = f"postgresql://postgres@/postgres?host={folder}"
    asked = [program("psql"), "-XAtqc", "SELECT 1", url]
    try:
        eventually(lambda: subprocess.run(asked, capture_output=True, check=False).returncode == 0, "no server")
        yield url
    finally:
        server.terminate()
        server.send_signal(signal.SIGINT)
        server.wait()
