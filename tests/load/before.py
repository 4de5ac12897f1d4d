"""`make bench BEFORE=COMMIT`: an older version and this one, in turn on one machine, asked by one client, in one table.

The older version is set up in a folder of its own, and started by its own command line, on a database of its own. Both
serve all the time; each operation is asked of one and then of the other, of the other and then of the one, so that an
hour of the machine is as much the one's as the other's, each turn once the workers have written what the last one left
them. With `ROUNDS=3` they take six such turns each; the medians are shown, and between what the ratios of two
neighbouring turns lie: what the machine adds by itself.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.command_line import ROOT
from tests.load.bench import SECONDS, serving, spaced, took
from tests.load.by_api import world_of
from tests.load.client import Figure, run
from tests.load.spent import spent
from tests.load.stock import told_of
from tests.load.world import Asked, acts, reads

ROUNDS = int(os.environ.get("ROUNDS", "1"))
GIT = ("git", "-C", str(ROOT), "worktree")
# A site does nothing once its processes need less than so much of a second, in parts of one; it has at most so long.
STILL, STILL_WITHIN = 0.1, 30
Turn = Mapping[str, Figure]
HEAD = """| operation | before, a second | p50, p95, p99 | now, a second | p50, p95, p99 | ratio |
| --- | --- | --- | --- | --- | --- |"""


@contextmanager
def as_it_was(commit: str) -> Iterator[Path]:
    """The tree of a commit, set up; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="technilab-before-") as folder:
        # PostgreSQL does not run as root, and its account reads the programs of that tree.
        Path(folder).chmod(0o755)
        tree = Path(folder) / "tree"
        subprocess.run([*GIT, "add", "--quiet", "--detach", tree, commit], check=True)
        try:
            subprocess.run(["make", "-s", "setup"], cwd=tree, stdout=sys.stderr, check=True)
            yield tree
        finally:
            subprocess.run([*GIT, "remove", "--force", tree], check=True)


class Served(Protocol):
    """What answers at a port, and the processes that work for it."""

    @property
    def port(self) -> int: ...

    @property
    def processes(self) -> Sequence[int]: ...


async def in_turn(
    sites: Sequence[Served], operations: Sequence[Sequence[Asked]]
) -> tuple[Sequence[Turn], Sequence[Turn]]:
    """What both sites give, turn by turn, of each of their operations."""
    turns: list[list[dict[str, Figure]]] = [[{} for _ in range(2 * ROUNDS)] for _ in sites]
    for both in zip(*operations, strict=True):
        # What is booked is not booked again in the next turn.
        sources = [asked.requests() for asked in both]
        for turn in range(2 * ROUNDS):
            for side in (0, 1) if turn % 2 == 0 else (1, 0):
                await still(sites)
                turns[side][turn][both[0].what] = await run(
                    sites[side].port,
                    lambda source=sources[side]: source,
                    seconds=SECONDS / 2,
                    connections=both[side].connections,
                )
    before, now = turns
    return before, now


async def still(sites: Sequence[Served]) -> None:
    """Once neither site has anything left to do."""
    ends = time.monotonic() + STILL_WITHIN
    while time.monotonic() < ends:
        before = [spent(process) for site in sites for process in site.processes]
        await asyncio.sleep(0.3)
        used = sum(spent(process) for site in sites for process in site.processes) - sum(before)
        if used < 0.3e6 * STILL:
            return


def middle(turns: Sequence[Turn]) -> dict[str, Figure]:
    """Of each operation the medians of its turns."""
    found: dict[str, list[Figure]] = {}
    for turn in turns:
        for what, figure in turn.items():
            found.setdefault(what, []).append(figure)
    figures = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    return {
        what: Figure(*(statistics.median(getattr(one, name) for one in every) for name in figures), statuses={})
        for what, every in found.items()
    }


def table(before: Sequence[Turn], now: Sequence[Turn]) -> list[str]:
    """A line an operation, ours first; a dash where one side has none."""
    lines, was, are = HEAD.splitlines(), middle(before), middle(now)
    for what in {**are, **was}:
        cells = [
            cell
            for one in (was.get(what), are.get(what))
            for cell in ((spaced(one.per_second), took(one)) if one else ("-", "-"))
        ]
        lines.append(f"| {what} | {' | '.join(cells)} | {ratio(what, before, now)} |")
    return lines


def ratio(what: str, before: Sequence[Turn], now: Sequence[Turn]) -> str:
    """« 0.96 (0.91 to 1.03) »: of the medians, and the least and the greatest of two neighbouring turns."""
    if not (what in before[0] and what in now[0]):
        return "-"
    each = [are[what].per_second / was[what].per_second for was, are in zip(before, now, strict=True)]
    of_all = middle(now)[what].per_second / middle(before)[what].per_second
    return f"{of_all:.2f} ({min(each):.2f} to {max(each):.2f})"


def main(commit: str) -> None:
    with as_it_was(commit) as tree, serving(tree) as was, serving(ROOT) as are:
        sites = (was, are)
        print(f"{told_of(are.server)}; load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        worlds = [world_of(f"http://127.0.0.1:{site.port}", site.server.ask) for site in sites]
        asked = [[*reads(world, site.port), *acts(world, site.port)] for world, site in zip(worlds, sites, strict=True)]
        before, now = asyncio.run(in_turn(sites, asked))
    print(*table(before, now), sep="\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError:
        sys.exit(2)
