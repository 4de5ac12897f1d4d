"""A primary and a streaming standby: real servers of our own PostgreSQL, on loopback, for one test file.

    with primary_and_standby() as pair:
        pair.primary.ask("INSERT ...")
        pair.catch_up()
        pair.standby.ask("SELECT ...")
        pair.primary.stop("immediate")
        pair.standby.promote()

`pair.url` names both servers as libpq does; `pair.primary.url` and `pair.standby.url` name one each.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from booking.process.embedded.postgres import DATABASE, create
from booking.process.embedded.programs import allow_traversal, launch, owner_of, program
from tests import database
from tests.command_line import data_folder, eventually, free_port

REPLAYED = "SELECT pg_last_wal_replay_lsn() >= '{}'"
WRITTEN = "SELECT pg_current_wal_lsn()"
IN_RECOVERY = "SELECT pg_is_in_recovery()"


class Server:
    """One PostgreSQL on a port of loopback; it keeps its port and its folder when it is stopped and started."""

    def __init__(self, folder: Path, port: int, *, fsync: str | None = "off") -> None:
        self.folder = folder
        self.port = port
        self.fsync = {"fsync": fsync} if fsync else {}
        self.log = folder.with_suffix(".log")
        self.url = f"postgresql://postgres@127.0.0.1:{port}/{DATABASE}"

    def create(self) -> None:
        """A new cluster, in a folder that its account can write in."""
        owner = owner_of(self.folder)
        if owner is not None:
            allow_traversal(self.folder, Path(program("postgres")))
            self.folder.parent.chmod(0o777)
        create(self.folder, self.log, owner)

    @property
    def pid(self) -> int:
        """The process of which all its others are children."""
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        told = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in (told | self.fsync).items())
        self._ctl("start", "-w", "-l", str(self.log), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """`fast` says goodbye to its clients, `immediate` is a crash; a stopped server is left as it is."""
        if (self.folder / "postmaster.pid").exists():
            self._ctl("stop", "-w", "-m", how)

    def promote(self) -> None:
        """A standby becomes a primary, and takes writes once this returns."""
        self._ctl("promote", "-w")

    def ask(self, sql: str) -> str:
        """What psql prints for a statement: one line a row, columns parted by |."""
        command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", self.url, "-c", sql]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def standby_of(self, primary: Server) -> None:
        """Copy a running primary; once started, follow it."""
        command = [program("pg_basebackup"), "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast"]
        _run([*command, "-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"], self)

    def _ctl(self, *words: str) -> None:
        _run([program("pg_ctl"), "-D", str(self.folder), *words], self)


@dataclass(frozen=True)
class Pair:
    primary: Server
    standby: Server

    @property
    def url(self) -> str:
        """Both servers, the one that takes writes wanted."""
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def catch_up(self) -> None:
        """Wait until the standby shows all that the primary has committed."""
        written = self.primary.ask(WRITTEN)
        eventually(lambda: self.standby.ask(REPLAYED.format(written)) == "t", "the standby does not follow")

    def pause(self) -> None:
        """The standby receives and shows nothing new until `resume()`."""
        self.standby.ask("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state()"
        eventually(lambda: self.standby.ask(paused) == "paused", "the standby does not pause")

    def resume(self) -> None:
        self.standby.ask("SELECT pg_wal_replay_resume()")


@contextmanager
def primary_and_standby(*, migrated: bool = True, inside: Path | None = None) -> Iterator[Pair]:
    """Both started, the standby following; `migrated` brings our tables. Stopped and forgotten at the end."""
    with data_folder(inside) as home:
        pair = Pair(Server(home / "primary", free_port()), Server(home / "standby", free_port()))
        try:
            pair.primary.create()
            pair.primary.start()
            if migrated:
                database.load(pair.primary.url)
            pair.standby.standby_of(pair.primary)
            pair.standby.start()
            pair.catch_up()
            yield pair
        finally:
            for server in (pair.standby, pair.primary):
                server.stop("immediate")


def _run(command: list[str], server: Server) -> None:
    """As PostgreSQL's own account; what it complains of is in the server's log."""
    with server.log.open("ab") as output:
        server.log.chmod(0o666)
        code = launch(command, owner_of(server.folder), output).wait(timeout=60)
    assert code == 0, f"{' '.join(command)}\n{server.log.read_text()[-2000:]}"
