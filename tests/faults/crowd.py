"""The clients of a fault run, one process a collège, and what they wrote down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.command_line import ROOT
from tests.faults.check_history import Wrong, contradictions
from tests.faults.history import Act, read
from tests.faults.models import Slot

NAME = "technilab.example"


@dataclass
class Crowd:
    """People of invented schools, told where to ask, whose logs lie in a folder outside what they ask."""

    home: Path
    world: dict[str, Any]
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def at(cls, database_url: str, home: Path, *, key: str, clients: int, groups: int, slots: int) -> Crowd:
        """Lay their schools, groups and slots into a database whose badges are signed by this key."""
        mine = {"DATABASE_URL": database_url, "SECRET_KEY": key}
        command = [sys.executable, "-m", "tests.faults.orders", str(clients), str(groups), str(slots)]
        done = subprocess.run(
            command, env={**os.environ, **mine}, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return cls(home, json.loads(done.stdout))

    def go(
        self,
        doors: list[tuple[str, int]],
        *,
        rate: float,
        seed: int,
        name: str = NAME,
        hands: int = 4,
        patience: float = 4,
    ) -> None:
        """Let them act, together at this many acts a second, each at the doors in turn, until they are called home."""
        several = len(self.world["teachers"])
        for number, (teacher, groups) in enumerate(zip(self.world["teachers"], self.world["groups"], strict=True)):
            orders = {
                "client": number,
                "addresses": doors,
                "name": name,
                "hands": hands,
                "patience": patience,
                "teacher": teacher,
                "host": self.world["host"],
                "groups": groups,
                "slots": [one["id"] for one in self.world["slots"]],
                "desk": self.world["desk"],
                "badges": self.world["badges"],
                "log": str(self.home / f"client-{number}.jsonl"),
                "seed": seed,
                "rate": rate / several,
            }
            client = subprocess.Popen([sys.executable, "-m", "tests.faults.client"], cwd=ROOT, stdin=subprocess.PIPE)
            assert client.stdin is not None
            client.stdin.write(json.dumps(orders).encode())
            client.stdin.close()
            self._running.append(client)

    def come_home(self, within: float = 180.0) -> list[Act]:
        """Wait for their last look; all that they wrote down."""
        for client in self._running:
            assert client.wait(timeout=within) == 0
        self._running.clear()
        return self.acts()

    def acts(self) -> list[Act]:
        """What they have written down so far."""
        return [act for log in sorted(self.home.glob("client-*.jsonl")) for act in read(log)]

    def contradictions(self, acts: list[Act]) -> list[Wrong]:
        """What they saw and cannot have been."""
        return contradictions(acts, {one["id"]: Slot(**one) for one in self.world["slots"]})

    def call_home(self) -> None:
        """Let them end what they have begun."""
        for client in self._running:
            client.terminate()

    def stop(self) -> None:
        for client in self._running:
            client.kill()


def longest_gap(acts: list[Act], *, since: float, until: float) -> float:
    """Seconds between these two moments in which nobody's act was done, at most."""
    ends = (act.ended for act in acts if act.answer in {"done", "present", "already"} and act.ended is not None)
    done = [since, *sorted(end for end in ends if since < end < until), until]
    return max(later - sooner for sooner, later in pairwise(done))
