"""python -m booking.commands.reload, by `make dev`: what `technilab run` runs, restarted when its code changes.

A Python file, or another file that modules read, restarts the web server and the worker. A template is read again by
the next request (RELOAD). A template, a style sheet or a script also builds what `make run` builds, and where that
changes a file, restarts. Requests made meanwhile wait for the new server: its socket stays open.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from watchfiles import DefaultFilter, watch

from booking.commands.listening import bind_socket, refuse_address_in_use
from booking.commands.process_group import ProcessGroup
from booking.commands.run import WEB, WORKER, supervise
from booking.presentation.assets import BUILT
from booking.presentation.templating import TEMPLATES
from booking.process.settings import read_settings

ROOT = BUILT.parents[2]
STATIC = BUILT.parent
WATCHED = (ROOT / "booking", ROOT / "workshops", TEMPLATES)
MANIFEST = BUILT / "manifest.json"


class Steps(Struct, frozen=True):
    """What a set of changed files asks for."""

    build: bool
    restart: bool


def steps_for(changed: Iterable[Path]) -> Steps:
    """Of templates, style sheets and scripts, a build; of all else that is watched, a restart."""
    front = [path.is_relative_to(TEMPLATES) or _is_built_from(path) for path in changed]
    return Steps(build=any(front), restart=not all(front))


def _is_built_from(path: Path) -> bool:
    """Everything in the folders of booking/static, and the script that builds them; its tables are read by Python."""
    return path.is_relative_to(STATIC) and (path.parent != STATIC or path.suffix == ".mjs")


class Reload:
    """Watches the source files, and restarts a group of processes when they ask for it."""

    def __init__(self) -> None:
        ignored = DefaultFilter(ignore_paths=[BUILT])
        self._changes: Generator[set[tuple[Any, str]], None, None] = watch(
            *WATCHED, watch_filter=ignored, rust_timeout=1, yield_on_timeout=True
        )
        next(self._changes)  # from here on, changes are noticed

    def poll(self, group: ProcessGroup) -> None:
        """Do what the changes since the last call ask for."""
        changed = sorted(Path(path) for _, path in next(self._changes))
        if not changed:
            return
        steps = steps_for(changed)
        restart = steps.restart
        if steps.build:
            restart = _build() or restart
        if restart:
            names = ", ".join(str(path.relative_to(ROOT)) for path in changed[:3])
            click.echo(f"{names}{', …' if len(changed) > 3 else ''} : Technilab redémarre.")
            group.restart()


def _build() -> bool:
    """Build the style sheets and scripts; whether a file that is served has changed."""
    before = MANIFEST.read_text()
    # The machine's, or the one that set-up put beside Python; it says itself what is wrong with a style sheet.
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    subprocess.run([node, str(STATIC / "build.mjs")], check=False)  # noqa: S603 our own script
    return MANIFEST.read_text() != before


def main() -> None:
    """Run until Ctrl-C; raises SettingsRefused like `technilab run`."""
    os.environ.setdefault("PICCOLO_CONF", "booking.piccolo_conf")
    os.environ["RELOAD"] = "1"
    settings = read_settings()
    refuse_address_in_use(settings)
    changes = Reload()
    # Started without the command line, whose errors are one sentence: a developer reads the whole traceback.
    with bind_socket(settings) as shared:
        shared.listen()
        descriptor = shared.fileno()
        supervise(
            settings,
            {
                WEB: [sys.executable, "-m", "booking.commands.serve", str(descriptor)],
                WORKER: [sys.executable, "-m", "booking.commands.worker", "--member"],
            },
            inherit=(descriptor,),
            on_poll=changes.poll,
        )


if __name__ == "__main__":
    main()
