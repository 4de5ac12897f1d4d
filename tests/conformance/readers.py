"""Calendar programs that are not ours, asked what they understand of our bytes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from khal.cli import main_khal

HERE = Path(__file__).parent
BESIDE_PYTHON = Path(sys.executable).parent


class Unreadable(Exception):
    """The reader refuses the bytes."""


def ical_js(raw: bytes) -> dict[str, Any]:
    """What ical.js understands (the library of Thunderbird and Nextcloud), on a machine far from Paris."""
    node = shutil.which("node", path=f"{BESIDE_PYTHON}{os.pathsep}{os.environ['PATH']}")
    assert node, "node is missing: make test installs it"
    ran = subprocess.run(
        [node, str(HERE / "read_ical.mjs")],
        input=raw,
        capture_output=True,
        check=False,
        env={**os.environ, "TZ": "America/New_York"},
    )
    if ran.returncode != 0:
        raise Unreadable(ran.stderr.decode())
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


@dataclass(frozen=True)
class Shown:
    """One line of khal's agenda; hours are those of a machine set to UTC."""

    uid: str
    starts: str
    ends: str
    status: str
    title: str


class Khal:
    """An agenda in a folder, kept by khal."""

    def __init__(self, folder: Path) -> None:
        (folder / "visits").mkdir(parents=True)
        self._config = folder / "khal.conf"
        self._mail = folder / "invitation.ics"
        self._config.write_text(f"""
[calendars]
[[visits]]
path = {folder / "visits"}
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
[sqlite]
path = {folder / "khal.db"}
[default]
default_calendar = visits
""")

    def take(self, raw: bytes) -> None:
        """Take a calendar part into the agenda, as one does from a mail."""
        self._mail.write_bytes(raw)
        said = self._run("import", "--batch", str(self._mail))
        if said.strip():
            raise Unreadable(said)

    def agenda(self, year: int) -> list[Shown]:
        """Everything in the agenda of that year."""
        shown = "{uid}|{start-long}|{end-long}|{status}|{title}"
        told = self._run("list", "--day-format", "", "--format", shown, f"{year}-01-01", f"{year}-12-31")
        lines = [line.split("|") for line in told.splitlines() if "|" in line]
        return [Shown(*(part.strip() for part in line)) for line in lines]

    def _run(self, *words: str) -> str:
        """Its command line, in this process: a new one for each word costs more than all that it reads."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ran = CliRunner().invoke(main_khal, ["--config", str(self._config), *words])
        if ran.exit_code != 0:
            raise Unreadable(f"{ran.output}{ran.exception or ''}")
        return ran.output
