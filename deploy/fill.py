#!/usr/bin/env python3
"""Put this machine's addresses, folders and secrets into a file of deploy/.

    deploy/fill.py /etc/technilab/cluster.env deploy/patroni/patroni.yml /etc/patroni/config.yml postgres

writes it for that account alone (root where none is named), or prints it where no place is named.
`@WEB1@` is a setting, `@WEB#@` the one of this machine's NUMBER, `@WEB1:host@` and `@WEB1:port@` its halves, and
`@IMAP_URL?@` one that may be empty. Where several machines share the settings, NUMBER comes from the environment.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import chown

HOLE = re.compile(r"@([A-Z][A-Z_]*)([0-9#]?)(:host|:port)?\??@")


class SettingMissing(Exception):
    """A file names a setting that nobody gave; the text says which."""


def fill(text: str, settings: Mapping[str, str]) -> str:
    """The text with every setting in its place; raises SettingMissing."""

    def found(hole: re.Match[str]) -> str:
        name, number, half = hole.groups()
        name += settings["NUMBER"] if number == "#" else number
        if not settings.get(name):
            if hole[0].endswith("?@"):
                return ""
            raise SettingMissing(f"Il manque {name} dans les réglages de la grappe.")
        host, _, port = settings[name].rpartition(":")
        return {":host": host, ":port": port}.get(half, settings[name])

    return HOLE.sub(found, text)


def read(file: Path) -> dict[str, str]:
    """The settings of a file of `NAME=value` lines, as systemd and the shell read it."""
    return parsed(file.read_text())


def read_here(file: Path) -> dict[str, str]:
    """Those settings as this machine has them, whose NUMBER the environment may tell."""
    settings = read(file)
    return settings | {"NUMBER": os.environ.get("NUMBER") or settings["NUMBER"]}


def parsed(text: str) -> dict[str, str]:
    """The settings in such a text."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def place(text: str, file: Path, account: str = "") -> None:
    """Write it where only this account reads it, in the place of what was there at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    beside.touch(mode=0o600)
    beside.chmod(0o600)
    beside.write_text(text)
    if account:
        chown(beside, account, account)
    beside.replace(file)


if __name__ == "__main__":
    try:
        filled = fill(Path(sys.argv[2]).read_text(), read_here(Path(sys.argv[1])))
        if len(sys.argv) > 3:
            place(filled, Path(sys.argv[3]), *sys.argv[4:])
        else:
            sys.stdout.write(filled)
    except (SettingMissing, OSError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
