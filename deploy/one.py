#!/usr/bin/env python3
"""One process of the cluster, as a container runs it: `one.py patroni`. Its files are filled in, then it takes over.

Settings and certificates are those of /etc/technilab/machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from deploy.cluster.layout import FILES, PROGRAMS
from deploy.fill import fill, read_here

# The folder that deploy/machines.py made for the machine.
MACHINE = Path("/etc/technilab/machine")
HERE = Path("/run/technilab")
FILLED = ("PATRONI", "PGBOUNCER", "HAPROXY", "VALKEY", "SENTINEL", "NGINX")


def main(role: str) -> None:
    """Become that process."""
    settings = placed(read_here(MACHINE / "cluster.env"))
    words, files = PROGRAMS[role]
    for file in files.split():
        filled = HERE / Path(file).name
        filled.touch(mode=0o600)
        filled.write_text(fill((FILES / file).read_text(), settings))
    command = [word.format(HERE) for word in words.split()]
    if role == "valkey" and settings["NUMBER"] != "1":
        command += ["--replicaof", *settings["VALKEY1"].split(":")]
    os.execvp(command[0], command)  # noqa: S606 it takes our place


def placed(settings: Mapping[str, str]) -> dict[str, str]:
    """Those settings, with what is filled in and what is written beside the data where a container may write."""
    return {
        **settings,
        **{f"{name}_DIR": str(HERE) for name in FILLED},
        "PGBACKREST_CONF": str(HERE / "pgbackrest.conf"),
        "PGBACKREST_LOGS": str(HERE),
        "CERTIFICATES": str(MACHINE),
        "HAPROXY_ACCOUNT": "postgres",
    }


if __name__ == "__main__":
    main(sys.argv[1])
