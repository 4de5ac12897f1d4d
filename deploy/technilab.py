#!/usr/bin/env python3
"""`technilab` for whoever administers: any command, as the services run it.

Installed as /usr/local/bin/technilab: their settings, their account, their folder, the version that serves.
"""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from typing import NoReturn

ACCOUNT = "technilab"
SETTINGS = Path("/etc/technilab/technilab.env")
DATA = "/var/lib/technilab"
PROGRAM = "/opt/technilab/current/bin/technilab"


def settings_of(text: str) -> dict[str, str]:
    """The settings of a file of `NAME=value` lines, as systemd reads it, between quotes or not."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith(("#", ";")))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)


def main() -> None:
    """Become that command."""
    try:
        told = settings_of(SETTINGS.read_text())
    except PermissionError:
        _refuse(f"{SETTINGS} n'est ouvert qu'à root : tapez sudo technilab.")
    except FileNotFoundError:
        _refuse(f"{SETTINGS} n'est pas là : docs/one_machine.md dit ce qu'il contient.")
    account = pwd.getpwnam(ACCOUNT)
    data = Path(DATA)
    if not data.exists():
        data.mkdir(mode=0o700)
        os.chown(data, account.pw_uid, account.pw_gid)
    os.umask(0o077)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    environ = {name: value for name, value in os.environ.items() if name in {"PATH", "TERM", "LANG", "LC_ALL"}}
    os.execve(PROGRAM, [PROGRAM, *sys.argv[1:]], environ | told | {"DATA_DIR": DATA, "HOME": DATA})  # noqa: S606


if __name__ == "__main__":
    main()
