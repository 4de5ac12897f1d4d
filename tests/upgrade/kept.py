"""The trial that commit 1b2265b8 kept (README.md), put into a database."""

from __future__ import annotations

import gzip
import json
import subprocess
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from booking.embedded.programs import program

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
