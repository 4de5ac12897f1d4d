"""Debian's PgBouncer in transaction mode, in front of a real server: one statement's connection is not the next one's.

    with in_front_of("postgresql://postgres@127.0.0.1:5433/technilab") as url:
        ...

`POOLED=1 pytest ...` has the application of any test go through one (`tests/conftest.py`).
"""

from __future__ import annotations

import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from booking.process.embedded.programs import launch, owner_of
from tests.command_line import data_folder, eventually, free_port
from workshops.database.hosts import Hosts

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
ABSENT = pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not on this machine (Debian: apt install pgbouncer)")
# Few servers, taken in turn: what leans on its own session is found out.
TOLD = """[databases]
* = host={host} port={port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
admin_users = postgres
pool_mode = transaction
default_pool_size = 20
server_round_robin = 1
max_client_conn = 500
max_prepared_statements = {prepared}
logfile = {log}
"""


@contextmanager
def in_front_of(url: str, *, prepared: int = 200) -> Iterator[str]:
    """A PgBouncer for the server of this URL, and the same database's URL through it."""
    ((host, port),) = Hosts(url).hosts
    listen = free_port()
    with data_folder() as home:
        told, log = home / "pgbouncer.ini", home / "pgbouncer.log"
        told.write_text(TOLD.format(host=host, port=port, listen=listen, log=log, prepared=prepared))
        home.chmod(0o777)
        as_whom = pwd.getpwuid(Path(host).stat().st_uid) if host.startswith("/") else owner_of(home / "new")
        with log.open("wb") as output:
            log.chmod(0o666)
            running = launch([str(PROGRAM), str(told)], as_whom, output)
        try:
            eventually(lambda: b"process up" in log.read_bytes(), "PgBouncer does not start")
            yield f"postgresql://postgres@127.0.0.1:{listen}/{quote(urlsplit(url).path.lstrip('/'))}"
        finally:
            running.terminate()
            running.wait(timeout=20)
