"""Supervises several processes that serve together: restarts those that exit, and stops all of them together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

logger = logging.getLogger(__name__)

STOP_SECONDS = 12.0
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
STABLE_SECONDS = 60.0
POLL_SECONDS = 0.5
MEMBER = click.option("--member", is_flag=True, hidden=True)


@dataclass
class _Member:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    backoff: float = FIRST_BACKOFF


class ProcessGroup:
    """Processes that run and stop together; one that exits is restarted, with a growing backoff if it keeps exiting."""

    def __init__(
        self, commands: Mapping[str, list[str]], *, environ: Mapping[str, str], inherit: Sequence[int] = ()
    ) -> None:
        self._members = [_Member(name, command) for name, command in commands.items()]
        self._environ = dict(environ)
        self._inherit = inherit
        self._stop = threading.Event()

    def run(self, *, on_poll: Callable[[], None] | None = None, drain: tuple[int, float] | None = None) -> None:
        """Run until SIGTERM, SIGHUP or Ctrl-C; `on_poll` is called about twice a second.

        With `drain` (signal, seconds), all processes are sent that signal first, and are stopped after that time.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            while not self._stop.is_set():
                for member in self._members:
                    self._supervise(member)
                self._stop.wait(POLL_SECONDS)
                if on_poll is not None:
                    on_poll()
        finally:
            self._end(drain)

    def restart(self) -> None:
        """Stop all processes, then start them again without waiting."""
        self._end(None)
        for member in self._members:
            member.process, member.start_at, member.backoff = None, 0.0, FIRST_BACKOFF

    def _supervise(self, member: _Member) -> None:
        now = time.monotonic()
        if member.process is not None:
            code = member.process.poll()
            if code is None:
                return
            member.process = None
            stable = now - member.started_at > STABLE_SECONDS
            member.backoff = FIRST_BACKOFF if stable else min(member.backoff * 2, LONGEST_BACKOFF)
            member.start_at = now + member.backoff
            told = "%s s'est arrêté (code %s) : il redémarre dans %g s."
            logger.warning(told, member.name, code, member.backoff)
        if now >= member.start_at:
            member.process = subprocess.Popen(  # noqa: S603 our own command
                member.command, env=self._environ, pass_fds=self._inherit
            )
            member.started_at = now

    def _end(self, drain: tuple[int, float] | None) -> None:
        running = [member.process for member in self._members if member.process is not None]
        if drain is not None:
            drain_signal, seconds = drain
            for process in running:
                process.send_signal(drain_signal)
            time.sleep(seconds)
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
    """Send this process SIGTERM once its parent has exited: nothing is left running after a kill -9."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
