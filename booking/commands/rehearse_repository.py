"""The last copy of pgBackRest's repository, put back beside with all that was written since, and looked at.

On a database machine, by PostgreSQL's own account: in a folder of its own, on a socket that only it reaches, read only,
keeping nothing in the repository. The cluster goes on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booking.commands.archive import BackupRefused, refuse_descent
from booking.commands.rehearse import Rehearsed
from booking.commands.restore import looked_at_by, room_aside
from booking.commands.tried import Tried, looked_at
from booking.commands.words import Progress, progress
from booking.outbox.watch.migrations import Descent
from booking.process.embedded.postgres import PRIVACY_SETTINGS, Postgres
from booking.process.embedded.programs import launch, make_socket_folder
from booking.process.settings import SettingsRefused

STANZA = "technilab"
DONE = re.compile(r"([\d.]+)%\)")
# Its own settings are those of the machine that it was copied from.
SETTINGS = {
    "port": "5432",
    "listen_addresses": "",
    "ssl": "off",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "archive_mode": "off",
    "primary_conninfo": "",
    "synchronous_standby_names": "",
    "default_transaction_read_only": "on",
    **PRIVACY_SETTINGS,
}


def refuse_a_wrong_place() -> None:
    """Raise SettingsRefused where PostgreSQL would not start, or nobody would hear of it."""
    if os.geteuid() == 0:
        raise SettingsRefused(
            "PostgreSQL refuse d'être root : lancez cette commande par son compte (runuser -u postgres -- technilab"
            " rehearse-restore --pgbackrest /etc/pgbackrest.conf)."
        )
    if not os.environ.get("DATABASE_URL"):
        raise SettingsRefused("Donnez dans DATABASE_URL la base de la grappe : c'est là que la date est gardée.")


def repository_tried(conf: Path) -> Tried:
    """Put the last copy back in a folder that goes with it. Raises BackupRefused, in words, where it cannot be."""
    asking = ["pgbackrest", f"--config={conf}", f"--stanza={STANZA}", "--log-level-file=off"]
    last = _last_of(_said(_started([*asking, "--output=json", "info"])))
    called = f"La copie {last['label']}"
    with room_aside() as aside:
        server = Postgres(aside)
        server.folder.mkdir(mode=0o700)
        words = ["--archive-mode=off", "--log-level-console=detail", f"--pg1-path={server.folder}", "restore"]
        with progress("Remise en place") as tell:
            _said(_started([*asking, *words]), lambda line: _told(line, tell))
        _start(server, aside)
        found = _looked_at(server, called)
    made_at = datetime.fromtimestamp(last["timestamp"]["stop"], UTC)
    return Tried(called, made_at, f"la base et ce qui y a été écrit depuis{looked_at(called, found)}")


def _looked_at(server: Postgres, called: str) -> Rehearsed:
    try:
        found = looked_at_by(server.url(), "--look")
    finally:
        server.stop()
    if not found.descent:
        raise BackupRefused(f"{called} ne contient pas les tables de Technilab.")
    refuse_descent(Path(called), Descent[found.descent])
    if found.refused:
        raise BackupRefused(f"{called} se remet en place, mais ne se lit pas : {found.refused}")
    return found


def _last_of(told: str) -> dict[str, Any]:
    every = [one for stanza in json.loads(told) for one in stanza.get("backup", ()) if not one.get("error")]
    if not every:
        raise BackupRefused("Le dépôt ne contient aucune copie : lancez technilab-backup sur la machine qui mène.")
    last: dict[str, Any] = max(every, key=lambda one: one["timestamp"]["stop"])
    return last


def _started(words: list[str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")  # noqa: S603 our own words
    except OSError as error:
        raise BackupRefused(f"{words[0]} ne se lance pas ({error.strerror}) : installez-le.") from None


def _said(process: subprocess.Popen[str], hear: Callable[[str], None] | None = None) -> str:
    """All that it said, each line heard as it comes; raises BackupRefused with its own words."""
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if hear is not None:
            hear(line)
    if process.wait():
        worst = [line for line in lines if "ERROR" in line] or lines or [f"code {process.returncode}"]
        raise BackupRefused(f"pgBackRest ne remet pas la copie en place : {worst[0].strip()}")
    return "".join(lines)


def _told(line: str, tell: Progress) -> None:
    if found := DONE.search(line):
        tell(round(float(found[1]) * 100), 10_000)


def _start(server: Postgres, aside: Path) -> None:
    """Let it take in all that was written since the copy, however long that takes, and then answer."""
    here = server.folder
    (aside / "hba.conf").write_text("local all all trust\n")
    settings = SETTINGS | {
        "hba_file": str(aside / "hba.conf"),
        "unix_socket_directories": str(make_socket_folder(here)),
    }
    command = [_postgres((here / "PG_VERSION").read_text().strip()), "-D", str(here)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with server.log.open("wb") as output:
        process = launch(command, None, output)
    while not server.answers():
        if process.poll() is not None:
            said = server.log.read_text(errors="replace").splitlines()
            worst = [line for line in said if "FATAL" in line or "PANIC" in line] or said[-1:] or ["sans un mot"]
            raise BackupRefused(f"PostgreSQL ne démarre pas sur cette copie : {worst[-1].strip()}")
        time.sleep(0.1)


def _postgres(version: str) -> str:
    """The program of the version that wrote the copy, where Debian puts it."""
    debian = Path(f"/usr/lib/postgresql/{version}/bin/postgres")
    if found := str(debian) if debian.exists() else shutil.which("postgres"):
        return found
    raise BackupRefused(f"Cette machine n'a pas PostgreSQL {version} : installez postgresql-{version}.")
