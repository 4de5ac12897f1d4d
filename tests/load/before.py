"""`make bench BEFORE=COMMIT`: an older version and this one, in turn on one machine, asked by one client, in one table.

The older version is set up in a folder of its own, and started by its own command line; each turn has a fresh database.
With `ROUNDS=3` they take three turns, and the medians are shown.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.command_line import ROOT
from tests.load.bench import Line, measured, spaced, took
from tests.load.client import Figure

ROUNDS = int(os.environ.get("ROUNDS", "1"))
GIT = ("git", "-C", str(ROOT), "worktree")
Found = Mapping[str, Line]
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


def middle(turns: Sequence[Found]) -> dict[str, Figure]:
    """Of each operation the medians of its turns."""
    found: dict[str, list[Figure]] = {}
    for turn in turns:
        for what, line in turn.items():
            found.setdefault(what, []).append(line.figure)
    figures = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    return {
        what: Figure(*(statistics.median(getattr(one, name) for one in every) for name in figures), statuses={})
        for what, every in found.items()
    }


def table(before: Mapping[str, Figure], now: Mapping[str, Figure]) -> list[str]:
    """A line an operation, ours first; a dash where one side has none."""
    lines = HEAD.splitlines()
    for what in {**now, **before}:
        sides = [side.get(what) for side in (before, now)]
        cells = [cell for one in sides for cell in ((spaced(one.per_second), took(one)) if one else ("-", "-"))]
        was, are = sides
        ratio = f"{are.per_second / was.per_second:.2f}" if was and are else "-"
        lines.append(f"| {what} | {' | '.join(cells)} | {ratio} |")
    return lines


def main(commit: str) -> None:
    with as_it_was(commit) as tree:
        turns = [[measured(one, cache=False)[0] for one in (tree, ROOT)] for _ in range(ROUNDS)]
    was, are = zip(*turns, strict=True)
    print(*table(middle(was), middle(are)), sep="\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError:
        sys.exit(2)
