"""A small PostgreSQL of Debian's and its repository of copies, by the files of deploy/; its clock may be moved."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.cluster.members import PATH, lacking
from deploy.fill import fill
from tests.command_line import ROOT, data_folder, free_port

PROGRAMS = Path("/usr/lib/postgresql/17/bin")
AS = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.geteuid() == 0 else []
KEY = "0123456789abcdef" * 3


def why_not() -> str:
    """What this machine lacks; empty where it can have one."""
    missing = [*lacking(("pgbackrest", "psql", "setpriv")), *([] if PROGRAMS.is_dir() else ["postgresql-17"])]
    return f"no repository here: {', '.join(missing)} missing (deploy/packages.sh installs them)" if missing else ""


class Repository:
    """The database machine and the folder of copies, in one folder of this machine."""

    def __init__(self, folder: Path, clock: dict[str, str]) -> None:
        self.folder, self.data, self.copies = folder, folder / "data", folder / "repository"
        self.port, self.conf = free_port(), folder / "pgbackrest.conf"
        self.clock = clock

    def make(self) -> None:
        """An empty database `technilab`, whose WAL goes to the repository."""
        self.folder.chmod(0o755)
        for place in (self.copies, self.folder / "run"):
            place.mkdir(mode=0o700)
        template = (ROOT / "deploy" / "pgbackrest" / "pgbackrest.conf").read_text()
        self.conf.touch(0o600)
        self.conf.write_text(fill(template, self._settings()))
        if AS:
            for place in (self.folder, self.copies, self.folder / "run", self.conf):
                shutil.chown(place, "postgres", "postgres")
        self.run(str(PROGRAMS / "initdb"), "-D", str(self.data), "-U", "postgres", "--auth=trust", "--no-sync")
        archive = f"/usr/bin/pgbackrest --config={self.conf} --stanza=technilab archive-push %p"
        settings = {
            **{"port": self.port, "listen_addresses": "''", "unix_socket_directories": f"'{self.folder}/run'"},
            **{"archive_mode": "on", "archive_command": f"'{archive}'", "shared_buffers": "16MB", "fsync": "off"},
        }
        said = "".join(f"{name} = {value}\n" for name, value in settings.items())
        self.run("sh", "-c", f"cat >>{self.data}/postgresql.conf", told=said)
        self.control("start")
        self.psql("CREATE DATABASE technilab", "postgres")
        self.pgbackrest("stanza-create")

    def _settings(self) -> dict[str, str]:
        return {
            "NUMBER": "1",
            "PGBACKREST_REPO": str(self.copies),
            "PGBACKREST_LOGS": str(self.folder / "run"),
            "PGBACKREST_LOCKS": str(self.folder / "run"),
            "REPOSITORY_KEY": KEY,
            "POSTGRES_DIR": str(self.data),
            "POSTGRES1": f"127.0.0.1:{self.port}",
            "POSTGRES_SOCKETS": str(self.folder / "run"),
        }

    @property
    def url(self) -> str:
        """Where its database is asked."""
        return f"postgresql://postgres@/technilab?host={self.folder}/run&port={self.port}"

    def control(self, word: str) -> None:
        """Start or stop the server."""
        log = ["-l", str(self.folder / "run" / "log")] if word == "start" else ["-m", "immediate"]
        self.run(str(PROGRAMS / "pg_ctl"), "-D", str(self.data), "-w", *log, word)

    def psql(self, sql: str, database: str = "technilab") -> str:
        """What its database answers."""
        said = ["-h", f"{self.folder}/run", "-p", str(self.port), "-U", "postgres", "-d", database]
        return self.run(str(PROGRAMS / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *said, "-f", "-", told=sql).strip()

    def pgbackrest(self, *words: str) -> str:
        """A command of pgBackRest on it."""
        return self.run("/usr/bin/pgbackrest", f"--config={self.conf}", "--stanza=technilab", *words)

    def copied(self) -> subprocess.CompletedProcess[str]:
        """What the nightly unit does, with nothing in its environment but the clock."""
        words = [*AS, "/usr/bin/env", "-i", *(f"{name}={value}" for name, value in self.clock.items())]
        words += [str(ROOT / "deploy" / "pgbackrest" / "copy.py"), str(self.conf)]
        return subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)

    def run(self, *words: str, told: str = "") -> str:
        """A command of the database's account, to its end."""
        # Whoever changes accounts under faketime waits for ever.
        clock = ["/usr/bin/env", *(f"{name}={value}" for name, value in self.clock.items())]
        with (self.folder / "output").open("w+") as heard:  # a server keeps open what it was started with
            done = subprocess.run(
                [*AS, *clock, *words],
                env={"PATH": PATH, "LC_ALL": "C"},
                cwd="/",
                input=told,
                stdout=heard,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            heard.seek(0)
            said = heard.read()
        assert done.returncode == 0, said
        return said


@contextmanager
def repository(clock: Mapping[str, str] | None = None) -> Iterator[Repository]:
    """One that runs, and is gone afterwards."""
    with data_folder() as folder:
        here = Repository(folder, dict(clock or {}))
        here.make()
        try:
            yield here
        finally:
            if (here.data / "postmaster.pid").exists():
                here.control("stop")
            time.sleep(0.1)
