"""What a fault run gave, as a page of docs/."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults import kinds

HEAD = """# Faults

`make faults` hurts a Technilab of real processes on one machine (a primary and a standby that confirms, a queue, a mail
server, two web processes, two workers) while clients book, move, cancel, read and scan, {rate} acts a second asked
for. Each client keeps its own log; a checker then looks for one order of all acts that the clock and the rules allow
(`tests/faults/linearizable.py`), per slot, group and badge. It finds the three bad histories that are stored, and the
three faults planted in builds of the product (`tests/faults/test_planted.py`).

Run of {on}, seed {seed}: {rounds} rounds, {faults} faults, {acts} acts, {silent} of them without an answer that says
whether they were done.

| seen | times |
| --- | --- |
| acts that no order explains (lost, doubled, a stale read) | {contradictions} |
| acts that the database does not hold as they were answered, seats that are not those of the groups | {missing} |
| mails that arrived | {mails} |
| mails written down as sent that did not arrive; still in the outbox at a round's end | {lost_mails}; {waiting} |
| mails that came twice, under one Message-ID: their worker lost PostgreSQL between sending and saying so | {doubled} |
| crashes in a log | {crashes} |
| longest time in which no act was done, in seconds | {gap} |

A gap is the longest time without any act done, from the fault's beginning to the next one's.

| fault | what it does | times | median gap (s) | longest gap (s) |
| --- | --- | --- | --- | --- |
"""


def write_report(rounds: list[dict[str, Any]], file: Path, *, on: str, rate: float) -> None:
    """The page, from the rounds as they were kept."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for one in rounds:
        for fault in one["faults"]:
            gaps[fault["fault"]].append(fault["gap"])
    sums = {name: sum(one[name] for one in rounds) for name in ("acts", "silent", "mails")}
    sums |= {name: sum(one[name] for one in rounds) for name in ("doubled", "lost_mails", "waiting", "crashes")}
    head = HEAD.format(
        on=on,
        rate=f"{rate:.0f}",
        seed=rounds[0]["seed"].split(".")[0],
        rounds=len(rounds),
        faults=sum(map(len, gaps.values())),
        missing=sum(len(one["missing"]) for one in rounds),
        contradictions=sum(len(one["contradictions"]) for one in rounds),
        gap=max(gap for every in gaps.values() for gap in every),
        **sums,
    )
    lines = [
        f"| {name.replace('_', ' ')} | {getattr(kinds, name).__doc__} | {len(every)} | {median(every):.1f} |"
        f" {max(every):.1f} |"
        for name, every in sorted(gaps.items())
    ]
    skipped = sorted({one for each in rounds for one in each["skipped"]})
    wrong = [f"- round {one['seed']}: {said}" for one in rounds for said in one["missing"] + one["contradictions"]]
    tail = ["", "Skipped on this machine: " + "; ".join(skipped) + "."] if skipped else []
    tail += ["", "## What is wrong", "", *wrong] if wrong else []
    file.write_text(head + "\n".join([*lines, *tail]) + "\n")
