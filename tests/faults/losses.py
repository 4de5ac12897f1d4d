"""`python -m tests.faults.losses [TIMES] [SEED]`: leaders lost in every way, then one of two doors, then etcd.

After each loss all three databases stream on one timeline again within 120 s of the former leader's return, and what
the clients' own logs say was acknowledged is what the database holds. What each gave is a line of
`var/faults/losses-COMMIT.jsonl`, their table `docs/losses.md`; interrupted, it goes on. The exit code is 1 when
anything was lost, sold twice, or did not come back in time.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests.command_line import ROOT, data_folder
from tests.faults.cluster import Cluster, why_not
from tests.faults.lose import LOSSES, Lost, lose
from tests.faults.partings import PARTINGS, Parting, part
from tests.faults.version import kept, nothing_to_run, version

KEPT = ROOT / "var" / "faults"
PAGE = ROOT / "docs" / "losses.md"
TIMES = 20
HEAD = """# Leaders lost, doors, and etcd

`python -m tests.faults.losses` takes the leader of a whole cluster away while clients outside it book, move, cancel
and scan. It is killed with its Patroni, stands still for longer than its place lasts, loses its Patroni alone, or is
killed with more written than its standbys have while `pg_rewind` is broken on all machines. Then it is given back:
"whole again" are the seconds until all three stream on one timeline (120 at most). "Wrong" are acts that were
acknowledged and are not stored, or stored otherwise, seats sold twice, and contradictions in what the clients saw."""
TABLE = """
| what is lost | times | longest silence | longest until whole again | acts | wrong |
| --- | --- | --- | --- | --- | --- |"""
PARTED = """
Then the nginx of one application machine is killed, its HAProxy, and etcd is taken away, with ways shut between the
machines (`tests.faults.gated`). "Silence" is the longest time in which nobody could book while it lasted; clients know
both nginx, as browsers do of a name with two addresses. Acts that nobody ever answered are the errors.

| what is away | for | books meanwhile | silence | errors | wrong |
| --- | --- | --- | --- | --- | --- |"""


def main(times: int, seed: int, folder: Path = KEPT, report: Path = PAGE) -> int:
    """Do what is left of it, write the page, and say by the exit code whether all was kept, in time."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"losses-{version()}.jsonl"
    done = kept(file)
    seed = int(done[0]["seed"]) if done else seed or random.SystemRandom().randrange(10**6)
    click.echo(f"seed {seed}, {len(done)} done; what they give is in {file}")
    todo = _planned(times, seed)[len(done) :]
    if todo and (lacking := why_not()):
        click.echo(lacking, err=True)
        return 2
    if todo:
        # On the machine's own disk, as it would be.
        with data_folder(Path(tempfile.gettempdir())) as home:
            cluster = Cluster(home, module="tests.faults.gated", DEMO="1")
            try:
                with click.progressbar(todo, label="Losses") as shown:
                    for number, kind in enumerate(shown, len(done)):
                        told = _one(cluster, kind, f"{seed}.{number}", folder) | {"seed": seed, "version": version()}
                        with file.open("a") as lines:
                            lines.write(json.dumps(told) + "\n")
                        done.append(told)
                        report.write_text(page(done, seed))
            finally:
                cluster.stop()
    else:
        click.echo(nothing_to_run(file))
    report.write_text(page(done, seed))
    click.echo(report.read_text())
    return 1 if any(one["wrong"] for one in done) else 0


def _planned(times: int, seed: int) -> list[str]:
    """Every kind equally often, in an order that the seed gives; then each parting once."""
    kinds = [list(LOSSES)[n % len(LOSSES)] for n in range(times)]
    random.Random(seed).shuffle(kinds)
    return [*kinds, *PARTINGS]


def _one(cluster: Cluster, kind: str, seed: str, folder: Path) -> dict[str, Any]:
    logs = folder / f"loss-{seed}"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir()
    does: Callable[..., Lost | Parting] = lose if kind in LOSSES else part
    told = {"kind": kind, **asdict(does(cluster, logs, kind, seed=seed)), "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}"}
    if not told["wrong"]:
        shutil.rmtree(logs)
    return told


def page(done: list[dict[str, Any]], seed: int) -> str:
    """The tables as docs/losses.md holds them."""
    by_kind = defaultdict(list)
    for one in done:
        by_kind[one["kind"]].append(one)
    lines = [HEAD, TABLE]
    for kind, every in by_kind.items():
        if kind in PARTINGS:
            continue
        gap, back = (max(one[what] for one in every) for what in ("gap", "back"))
        acts, wrong = sum(one["acts"] for one in every), sum(len(one["wrong"]) for one in every)
        lines.append(f"| {kind} | {len(every)} | {gap:.1f} s | {back:.1f} s | {acts} | {wrong} |")
    if parted := [one for one in done if one["kind"] in PARTINGS]:
        lines.append(PARTED)
    for one in parted:
        books = "yes" if one["booked"] else "nobody"
        cells = (f"{one['lasted']:.0f} s", books, f"{one['silence']:.1f} s", one["errors"], len(one["wrong"]))
        lines.append("| " + " | ".join(map(str, (one["kind"], *cells))) + " |")
    lines += [f"- {one['kind']}: {wrong}" for one in done for wrong in one["wrong"]]
    last, code = max(one["at"] for one in done), done[0]["version"]
    told = f"Seed {seed}, at commit {code}, last run {last} UTC, on one machine of 2 cores that held the whole cluster."
    return "\n".join([*lines, "", told, ""])


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*asked, *(TIMES, 0)[len(asked) :]))
