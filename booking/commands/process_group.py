"""Keep several processes alive together, on one address, and stop them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

STOP_SECONDS = 12.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
GLANCE_SECONDS = 0.5
MEMBER = click.option("--member", is_flag=True, hidden=True)


@dataclass
class _Member:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE


class ProcessGroup:
    """Processes that live and stop as one; one that dies is started again, later and later while it keeps dying."""

    def __init__(
        self, commands: Mapping[str, list[str]], *, environ: Mapping[str, str], inherit: Sequence[int] = ()
    ) -> None:
        self._members = [_Member(name, command) for name, command in commands.items()]
        self._environ = dict(environ)
        self._inherit = inherit
        self._stop = threading.Event()

    def run(self, *, between: Callable[[], None] | None = None, sign: tuple[int, float] | None = None) -> None:
        """Run until SIGTERM, SIGHUP or Ctrl-C; `between` is called about twice a second.

        With a `sign`, all are sent that signal first, and stopped so many seconds later.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            while not self._stop.is_set():
                for member in self._members:
                    self._look_after(member)
                self._stop.wait(GLANCE_SECONDS)
                if between is not None:
                    between()
        finally:
            self._end(sign)

    def _look_after(self, member: _Member) -> None:
        now = time.monotonic()
        if member.process is not None:
            code = member.process.poll()
            if code is None:
                return
            member.process = None
            member.pause = (
                FIRST_PAUSE if now - member.started_at > STEADY_SECONDS else min(member.pause * 2, LONGEST_PAUSE)
            )
            member.start_at = now + member.pause
            sys.stderr.write(f"{member.name} s'est arrêté (code {code}) : il redémarre dans {member.pause:g} s.\n")
        if now >= member.start_at:
            member.process = subprocess.Popen(  # noqa: S603 our own command
                member.command, env=self._environ, pass_fds=self._inherit
            )
            member.started_at = now

    def _end(self, sign: tuple[int, float] | None) -> None:
        running = [member.process for member in self._members if member.process is not None]
        if sign is not None:
            for process in running:
                process.send_signal(sign[0])
            time.sleep(sign[1])
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def end_with_parent() -> None:
    """Stop this process cleanly once its parent is gone: nothing is left running after a kill -9."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
