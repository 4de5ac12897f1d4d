#!/usr/bin/python3
"""A copy of the cluster's database in its repository: a full one each week, what has changed since on the other nights.

    technilab-backup /etc/pgbackrest.conf

Each database machine asks each night, and whoever leads makes it, then writes down for Technilab what became of it.
Needs what the machine has anyway: pgBackRest, psql, and the Python of Patroni. Exit code 1, in one sentence, when there
is no copy, or nobody could be told of it: silence is what nobody notices.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from configparser import ConfigParser

STANZA = "technilab"
DATABASE = "technilab"
DAY = 24 * 3600
# The full one is made on the seventh night, even where it ends a little earlier than a week ago.
FULL_EVERY = 7 * DAY - DAY // 2
PGBACKREST, PSQL = "/usr/bin/pgbackrest", "/usr/bin/psql"
# Technilab says the same of its own copies (booking/outbox/copies/record.py). No standby is waited for: there may be
# none.
DONE = """SET synchronous_commit = local;
INSERT INTO copies (act, way, done_at, seconds, kept_days) VALUES ('copy', 'pgbackrest', now(), :seconds, :kept_days)
ON CONFLICT (act, way) DO UPDATE SET done_at = EXCLUDED.done_at, seconds = EXCLUDED.seconds,
  kept_days = EXCLUDED.kept_days;"""
FAILED = """SET synchronous_commit = local;
INSERT INTO copies (act, way, failed_at, failure) VALUES ('copy', 'pgbackrest', now(), left(:'failure', 500))
ON CONFLICT (act, way) DO UPDATE SET failed_at = EXCLUDED.failed_at, failure = EXCLUDED.failure;"""


class NoCopy(Exception):
    """There is none, or nobody knows of it; the text says why."""


class Repository:
    """What one file of settings of pgBackRest speaks of."""

    def __init__(self, file: str) -> None:
        read = ConfigParser(interpolation=None)
        if not read.read(file):
            raise NoCopy(f"{file} ne se lit pas.")
        self._said, self._server = [f"--config={file}", f"--stanza={STANZA}"], read[STANZA]
        # A full copy goes once the next one, a week younger, is over its days: seen at the night after.
        self.kept_days = read.getint("global", "repo1-retention-full") + 8

    def ask(self, sql: str, database: str = "postgres", **told: object) -> str:
        """What this machine's own server answers."""
        words = [PSQL, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
        words += [f"--host={self._server['pg1-socket-path']}", f"--port={self._server['pg1-port']}"]
        words += [f"--username={self._server['pg1-user']}", f"--dbname={database}", "--no-password", "--file=-"]
        return _run([*words, *(f"--set={name}={value}" for name, value in told.items())], sql).strip()

    def copied_whole_at(self) -> int:
        """When the last full copy ended, in seconds since 1970; 0 where there is none."""
        told = json.loads(_run([PGBACKREST, *self._said, "--output=json", "info"]))
        every = [one for stanza in told for one in stanza.get("backup", ()) if one["type"] == "full"]
        return max((one["timestamp"]["stop"] for one in every if not one.get("error")), default=0)

    def copy(self) -> str:
        """One more copy, and which kind it is; what is over its days goes with it."""
        kind = "full" if time.time() - self.copied_whole_at() >= FULL_EVERY else "diff"
        _run([PGBACKREST, *self._said, f"--type={kind}", "backup"])
        return kind


def _run(words: list[str], told: str = "") -> str:
    try:
        done = subprocess.run(words, input=told, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoCopy(f"{words[0]} ne se lance pas : {error.strerror}.") from None
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        worst = [line for line in said if "ERROR" in line] or said or [f"code {done.returncode}"]
        raise NoCopy(f"{words[0]} : {worst[0].strip()}")
    return done.stdout


def main(file: str) -> None:
    """Copy where this machine leads, and write down what became of it."""
    repository = Repository(file)
    if repository.ask("SELECT pg_is_in_recovery();") == "t":
        sys.stdout.write("Une autre machine mène : c'est elle qui fait la copie.\n")
        return
    started = time.monotonic()
    try:
        kind = repository.copy()
    except NoCopy as error:
        repository.ask(FAILED, DATABASE, failure=str(error))
        raise
    seconds = round(time.monotonic() - started)
    repository.ask(DONE, DATABASE, seconds=seconds, kept_days=repository.kept_days)
    sys.stdout.write(f"Copie {'complète' if kind == 'full' else 'de ce qui a changé'} faite en {seconds} s.\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or ["/etc/pgbackrest.conf"])
    except NoCopy as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
