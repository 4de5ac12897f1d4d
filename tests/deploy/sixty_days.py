"""Sixty nights of copies, with the clock moved by faketime: how long a name that was erased still stands in one.

    python -m tests.deploy.sixty_days

A real PostgreSQL, a real pgBackRest with the settings of deploy/, what the nightly unit runs. Prints a line a night;
exit code 1 where a copy is kept for longer than /confidentialite says, or an instant of the last two weeks is lost.
docs/copies.md has what it printed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.command_line import free_port
from tests.deploy.repository import AS, PROGRAMS, Repository, repository, why_not

NIGHTS, ERASED_ON, PROMISED, INSTANTS = 60, 7, 22, 14
NAME = "Ada Lovelace"
DAY = 86400
COPIES = """CREATE TABLE copies (act text, way text, done_at timestamptz, seconds int, kept_days int,
  failed_at timestamptz, failure text, UNIQUE (act, way))"""


def main() -> int:
    """Play it, and say whether what is promised is so."""
    if why_not() or shutil.which("faketime") is None:
        sys.stdout.write(f"{why_not() or 'no faketime here (apt-get install faketime)'}\n")
        return 0
    started = time.monotonic()
    with moved_clock() as (offset, clock), repository(clock) as here:
        return played(here, offset, started)


@contextmanager
def moved_clock() -> Iterator[tuple[Path, dict[str, str]]]:
    """A file that says by how much, and the environment in which it is read.

    All share what one process holds: what each makes for itself stays behind, and stops whoever is given its number.
    """
    holding = subprocess.Popen([*AS, "faketime", "-f", "+0d", "sleep", "infinity"], cwd="/", stderr=subprocess.DEVNULL)
    with tempfile.NamedTemporaryFile("w", prefix="sixty-days-") as file:
        offset = Path(file.name)
        offset.chmod(0o644)
        offset.write_text("+0d\n")
        try:
            shared: dict[str, str] = {}
            while "FAKETIME_SHARED" not in shared:
                time.sleep(0.1)
                for child in psutil.Process(holding.pid).children():
                    shared = child.environ()
            names = {name: shared[name] for name in ("LD_PRELOAD", "FAKETIME_SHARED")}
            told = {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            yield offset, names | told | {"FAKETIME_TIMESTAMP_FILE": str(offset)}
        finally:
            for child in psutil.Process(holding.pid).children():
                child.terminate()
            holding.wait()


def played(here: Repository, offset: Path, started: float) -> int:
    """Sixty nights, one after the other."""
    here.psql(COPIES)
    here.psql(f"CREATE TABLE people (name text); INSERT INTO people VALUES ('Grace Hopper'), ('{NAME}')")
    longest, wrong, erased_at, last_seen = 0.0, [], 0.0, 0
    say("night  copies          the oldest  the erased name")
    for night in range(NIGHTS + 1):
        offset.write_text(f"+{night}d\n")
        here.psql(f"INSERT INTO people VALUES ('night {night}')")
        done = here.copied()
        if done.returncode:
            sys.stderr.write(f"{done.stderr}{here.run('tail', '-n', '20', str(here.folder / 'run' / 'log'))}")
            return 1
        if night == ERASED_ON:  # the worst moment: it stands in the full copy of tonight
            here.psql(f"DELETE FROM people WHERE name = '{NAME}'; SELECT pg_switch_wal()")
            here.psql("VACUUM people")
            erased_at = time.time() + night * DAY
        now = time.time() + night * DAY
        kept: list[dict[str, Any]] = json.loads(here.pgbackrest("info", "--output=json"))[0]["backup"]
        oldest = (now - min(one["timestamp"]["start"] for one in kept)) / DAY
        longest = max(longest, oldest)
        kinds = [one["type"] for one in kept]
        before = bool(erased_at) and any(one["timestamp"]["start"] < erased_at for one in kept)
        if before or night < ERASED_ON:
            last_seen = night
        if night < ERASED_ON:
            name = "stands"
        else:
            name = "erased tonight" if night == ERASED_ON else "in a copy" if before else "nowhere"
        count = f"{kinds.count('full')} full, {kinds.count('diff'):2} diff"
        if night % 7 in {0, 6} or night == NIGHTS:
            say(f"{night:5}  {count}  {oldest:9.1f} d  {name}")
        if oldest > PROMISED or (night >= INSTANTS and oldest < INSTANTS):
            wrong.append(night)
    names = [restored(here, one["label"]) for one in kept if one["type"] == "full"]
    if any(NAME in every for every in names) or not all("Grace Hopper" in every for every in names):
        wrong.append(NIGHTS)
    say(
        f"The oldest copy was {longest:.1f} days old at most ({PROMISED} are promised); the name, erased on night"
        f" {ERASED_ON}, was in a copy until night {last_seen}: {last_seen - ERASED_ON} days. {len(names)} full copies"
        f" put back on the last night hold everybody else's name. {time.monotonic() - started:.0f} s."
    )
    return 1 if wrong or last_seen - ERASED_ON > PROMISED else 0


def restored(here: Repository, label: str) -> str:
    """The names in a copy, as it was made."""
    data, port = here.folder / "then", free_port()
    here.run("mkdir", "--mode=700", str(data))
    here.pgbackrest(
        *("restore", f"--set={label}", f"--pg1-path={data}", "--type=immediate", "--target-action=promote"),
        "--archive-mode=off",
    )
    words = ["-D", str(data), "-w", "-l", str(here.folder / "run" / "then")]
    here.run(str(PROGRAMS / "pg_ctl"), *words, "-o", f"-c port={port}", "start")
    try:
        said = ["-h", f"{here.folder}/run", "-p", str(port), "-U", "postgres", "-d", "technilab"]
        return here.run(str(PROGRAMS / "psql"), "-XAt", *said, "-c", "SELECT name FROM people")
    finally:
        here.run(str(PROGRAMS / "pg_ctl"), *words, "-m", "immediate", "stop")
        shutil.rmtree(data)


def say(line: str) -> None:
    """At once: a minute is long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
