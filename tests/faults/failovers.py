"""`make faults`: both failovers 25 times each, their table in docs/failover.md; interrupted, it goes on."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests.command_line import ROOT, data_folder
from tests.faults.cluster import Cluster, why_not
from tests.faults.failover import GOALS, KINDS, fail_over
from tests.faults.version import kept, nothing_to_run, version

# What is wrong after a failover, each in its column.
WRONG = ("missing", "oversold", "contradictions", "wrong_late")
HEAD = """# Failovers, measured

`make faults` kills the leader with SIGKILL under a steady rate of bookings, moves, cancellations, reads and scans (300
acts a second asked for, scans also by five to fifty in a request) and counts the seconds without one acknowledged
booking. An act is acknowledged when the clients' own log, outside the cluster, holds its answer; afterwards that log is
held against the database (lost, oversold) and against the rules of a slot, a group and a badge (contradictions). Pages
without a key are read on a standby: one is wrong when it shows what was true at no moment of the 17 seconds before it.

| what dies | runs | shortest | median | longest | goal | acts a second before | acts | lost | oversold |\
 contradictions | wrong on a standby | pages read there |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""
KEPT = ROOT / "var" / "faults"
PAGE = ROOT / "docs" / "failover.md"


def main(times: int, folder: Path = KEPT, report: Path = PAGE) -> int:
    """Run what is left of it, write the table, and say by the exit code whether all was kept, in time."""
    folder.mkdir(parents=True, exist_ok=True)
    code = version()
    file = folder / f"failed-over-{code}.jsonl"
    ran = kept(file)
    todo = [kind for n in range(times) for kind in KINDS if sum(one["kind"] == kind for one in ran) <= n]
    if todo and (lacking := why_not()):
        click.echo(lacking, err=True)
        return 2
    if todo:
        # On the machine's own disk, as it would be.
        with data_folder(Path(tempfile.gettempdir())) as home:
            cluster = Cluster(home, DEMO="1")
            try:
                with click.progressbar(todo, label="Failovers") as shown:
                    for kind in shown:
                        told = _one(cluster, kind, folder) | {"version": code}
                        with file.open("a") as lines:
                            lines.write(json.dumps(told) + "\n")
                        ran.append(told)
                        report.write_text(page(ran, times))
            finally:
                cluster.stop()
    else:
        click.echo(nothing_to_run(file))
    report.write_text(page(ran, times))
    click.echo(report.read_text())
    return 1 if any(_wrong(one) for one in ran) else 0


def _one(cluster: Cluster, kind: str, folder: Path) -> dict[str, Any]:
    logs = folder / f"failover-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    logs.mkdir()
    done = fail_over(cluster, logs, patroni_too=KINDS[kind])
    told = {"kind": kind, **asdict(done), "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "logs": logs.name}
    if not _wrong(told):
        shutil.rmtree(logs)
    return told


def page(ran: list[dict[str, Any]], times: int) -> str:
    """The table as docs/failover.md holds it."""
    by_kind = defaultdict(list)
    for one in ran:
        by_kind[one["kind"]].append(one)
    lines = [HEAD]
    for kind, every in by_kind.items():
        gaps = sorted(one["gap"] for one in every)
        counted = (len([said for one in every for said in one[what]]) for what in WRONG)
        cells = (
            *(kind, f"{len(every)} of {times}"),
            *(f"{gap:.1f} s" for gap in (gaps[0], statistics.median(gaps), gaps[-1])),
            *(f"{GOALS[kind]} s", f"{statistics.median(one['rate'] for one in every):.0f}"),
            *(sum(one["acts"] for one in every), *counted, sum(one["pages"] for one in every)),
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    last, code = max(one["at"] for one in ran), ran[0]["version"]
    told = f"At commit {code}, last run {last} UTC, on one machine of 2 cores that held the whole cluster."
    return "\n".join([*lines, "", told, ""])


def _wrong(one: dict[str, Any]) -> bool:
    return any(one[what] for what in WRONG) or one["gap"] > GOALS[one["kind"]]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 25))
