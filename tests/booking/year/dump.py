"""The whole database as text, to compare it with itself or to search it."""

from __future__ import annotations

import os
import re
import subprocess

from booking.commands.backup import environ_of
from booking.process.embedded.programs import program
from tests.database import owning

# pg_dump guards its text with a word drawn anew each time.
GUARD = re.compile(r"^\\(un)?restrict .*$", re.MULTILINE)


def dump() -> str:
    """Every row of every table."""
    done = subprocess.run(
        [program("pg_dump"), "--data-only", "--inserts", "--no-owner"],
        env=environ_of(owning(os.environ["DATABASE_URL"])),
        capture_output=True,
        text=True,
        check=True,
    )
    return GUARD.sub("", "\n".join(line for line in done.stdout.splitlines() if "setval" not in line))
