"""`make bench BEFORE=COMMIT`: the bench of an older version and of this one, in turn on one machine, in one table.

The older version is set up in a folder of its own and runs its own bench; with `ROUNDS=3` they take three turns, and
the medians are shown.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("ROUNDS", "1"))
ROW = re.compile(r"^(\S.*?) {2,}(\d+)/s +([\d.]+) +p95", re.MULTILINE)
GIT = ("git", "-C", str(ROOT), "worktree")
Rows = Mapping[str, tuple[float, float]]


@contextmanager
def as_it_was(commit: str) -> Iterator[Path]:
    """The tree of a commit, set up; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="technilab-before-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run([*GIT, "add", "--quiet", "--detach", tree, commit], check=True)
        try:
            subprocess.run(["make", "-s", "setup", ".venv/installed-dev"], cwd=tree, stdout=sys.stderr, check=True)
            yield tree
        finally:
            subprocess.run([*GIT, "remove", "--force", tree], check=True)


def benched(tree: Path) -> str:
    """What a tree's bench prints of one machine."""
    command = [tree / ".venv" / "bin" / "python", "-m", "tests.load.bench"]
    told = os.environ | {"CLUSTER": "0"}
    return subprocess.run(command, cwd=tree, env=told, stdout=subprocess.PIPE, text=True, check=True).stdout


def rows_of(told: list[str]) -> Rows:
    """Of each row, the answers a second and their share of GET /health/live: medians of several benches."""
    found: dict[str, list[tuple[float, float]]] = {}
    for what, per_second, share in ROW.findall("\n".join(told)):
        found.setdefault(what, []).append((float(per_second), float(share)))
    return {what: (middle(got, 0), middle(got, 1)) for what, got in found.items()}


def middle(found: list[tuple[float, float]], place: int) -> float:
    return statistics.median(one[place] for one in found)


def table(before: Rows, now: Rows) -> list[str]:
    """A line a row, ours first; a dash where one side has none."""
    lines = [f"{'a second, and the share of /health/live':44} {'before':>18} {'now':>18}    ratio"]
    for what in {**now, **before}:
        beside = (f"{one[what][0]:8.0f}/s {one[what][1]:7.3f}" if what in one else "-" for one in (before, now))
        ratio = f"{now[what][0] / before[what][0]:.2f}" if what in now and what in before else "-"
        lines.append(f"{what:44} {next(beside):>18} {next(beside):>18} {ratio:>8}")
    return lines


def main(commit: str) -> None:
    with as_it_was(commit) as tree:
        turns = [(benched(tree), benched(ROOT)) for _ in range(ROUNDS)]
    was, are = zip(*turns, strict=True)
    print(*table(rows_of(list(was)), rows_of(list(are))), sep="\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError:
        sys.exit(2)
