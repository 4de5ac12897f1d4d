"""The clients of a fault run, a few processes, and what they wrote down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from tests.command_line import ROOT
from tests.faults.check_history import Wrong, contradictions
from tests.faults.client import ACTS, Orders, Own
from tests.faults.entrant import HALF, Draw
from tests.faults.history import Act, parsed
from tests.faults.models import DrawnSlot, Slot

DONE = {"done", "present", "already", "undone"}
NAME = "technilab.example"


class Broken(Exception):
    """The clients cannot go on; the text says which of them ended, and by what."""


@dataclass
class Crowd:
    """People of invented schools, told where to ask, whose logs lie in a folder outside what they ask."""

    home: Path
    world: dict[str, Any]
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _read: dict[Path, int] = field(default_factory=dict)
    _acts: list[Act] = field(default_factory=list)

    @classmethod
    def at(cls, database_url: str, home: Path, *, key: str, **size: float) -> Crowd:
        """Lay their schools, groups and slots into a database whose badges are signed by this key."""
        mine = {"DATABASE_URL": database_url, "SECRET_KEY": key}
        command = [sys.executable, "-m", "tests.faults.orders", json.dumps(size)]
        done = subprocess.run(
            command, env={**os.environ, **mine}, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return cls(home, json.loads(done.stdout))

    def orders(
        self,
        doors: list[tuple[str, int]],
        *,
        rate: float,
        seed: int,
        processes: int = 1,
        name: str = NAME,
        hands: int = 4,
        patience: float = 4,
        acts: dict[str, int] = ACTS,
    ) -> list[Orders]:
        """What each process is told: together this many acts a second, each hand at the doors in turn."""
        world = self.world
        every = [
            Own(college * 100 + n, teacher, groups[n::hands], entrants[n::hands])
            for n in range(hands)
            for college, (teacher, groups, entrants) in enumerate(
                zip(world["teachers"], world["groups"], world["entrants"], strict=True)
            )
        ]
        return [
            Orders(
                addresses=doors,
                name=name,
                hands=every[number::processes],
                host=world["host"],
                lycee=world["lycee"],
                slots=[one["id"] for one in world["slots"]],
                desk=world["desk"],
                badges=world["badges"],
                log=str(self.home / f"client-{number}.jsonl"),
                seed=seed,
                rate=rate / processes,
                patience=patience,
                acts=acts,
                draw=self._draw(),
            )
            for number in range(processes)
        ]

    def go(self, doors: list[tuple[str, int]], **told: Any) -> None:
        """Let them act, each process on its own, until they are called home."""
        for orders in self.orders(doors, **told):
            with self._said(len(self._running)).open("wb") as said:
                client = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.client"], cwd=ROOT, stdin=subprocess.PIPE, stderr=said
                )
            assert client.stdin is not None
            client.stdin.write(msgspec.json.encode(orders))
            client.stdin.close()
            self._running.append(client)

    def come_home(self, within: float = 180.0) -> list[Act]:
        """Wait for their last look; all that they wrote down. Raises Broken where one fell or did not come."""
        deadline = time.monotonic() + within
        for client in self._running:
            with suppress(subprocess.TimeoutExpired):
                client.wait(timeout=max(0.0, deadline - time.monotonic()))
        self.stop()
        self.refuse_the_fallen()
        self._running.clear()
        return self.acts()

    def refuse_the_fallen(self) -> None:
        """Raises Broken where a process of clients has ended otherwise than by coming home."""
        for number, client in enumerate(self._running):
            if client.poll():
                last = self._said(number).read_text().strip().rpartition("\n")[2]
                raise Broken(f"clients {number} ended with {client.returncode}: {last}")

    def acts(self) -> list[Act]:
        """What they have written down so far; what was read before is not read again."""
        for log in sorted(self.home.glob("client-*.jsonl")):
            with log.open("rb") as lines:
                lines.seek(self._read.get(log, 0))
                acts, size = parsed(lines.read())
            self._acts += acts
            self._read[log] = self._read.get(log, 0) + size
        return self._acts

    def contradictions(self, *, late: bool = True) -> list[Wrong]:
        """What they saw and cannot have been; pages that may be `late` can be left out."""
        slots: dict[int, Slot | DrawnSlot] = {one["id"]: Slot(**one) for one in self.world["slots"]}
        if (draw := self.world["draw"]) is not None:
            slots |= {one["id"]: DrawnSlot(one["seats"], draw["held_at"], HALF) for one in draw["slots"]}
        return contradictions((act for act in self.acts() if late or not act.late), slots)

    def call_home(self) -> None:
        """Let them end what they have begun."""
        for client in self._running:
            client.terminate()

    def stop(self) -> None:
        for client in self._running:
            client.kill()
            client.wait()

    def _said(self, number: int) -> Path:
        return self.home / f"client-{number}.log"

    def _draw(self) -> Draw | None:
        draw = self.world["draw"]
        if draw is None:
            return None
        return Draw(draw["opening"], [one["id"] for one in draw["slots"]], draw["held_at"])


def longest_gap(acts: list[Act], *, since: float, until: float) -> float:
    """Seconds between these two moments in which nobody's act was done, at most."""
    ends = (act.ended for act in acts if act.answer in DONE and act.ended is not None)
    done = [since, *sorted(end for end in ends if since < end < until), until]
    return max(later - sooner for sooner, later in pairwise(done))
