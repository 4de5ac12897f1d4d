"""Make an empty PostgreSQL folder with the database that Technilab uses."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from booking.embedded.programs import launch, program
from booking.embedded.share import EngineRefused

DATABASE = "technilab"


def create(folder: Path, log: Path, owner: pwd.struct_passwd | None) -> None:
    """Make it beside its place, then rename it: a first start that was interrupted leaves nothing half made."""
    building = folder.with_suffix(".new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    if owner is not None:
        os.chown(building, owner.pw_uid, owner.pw_gid)
    make = [program("initdb"), "-D", str(building), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    # The same order and the same capitals on every machine, whatever locales it has.
    make += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    name_it = [program("postgres"), "--single", "-D", str(building), "template1"]
    with log.open("wb") as output:
        for command, typed in ((make, b""), (name_it, f"CREATE DATABASE {DATABASE};\n".encode())):
            step = launch(command, owner, output, typed=True)
            step.communicate(typed)
            if step.returncode != 0:
                raise EngineRefused(f"La base de données PostgreSQL n'a pas pu être créée : voyez {log}.")
    building.rename(folder)
