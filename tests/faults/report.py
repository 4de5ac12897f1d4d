"""What a fault run gave, as a page of docs/."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults import kinds as faults

HEAD = """# Faults

`make faults` hurts a Technilab of real processes on one machine (a primary and a standby that confirms, a queue, a mail
server, two web processes, two workers) while clients book, move, cancel, read and scan, {rate} acts a second asked
for. Each client keeps its own log; a checker then looks for one order of all acts that the clock and the rules allow
(`tests/faults/linearizable.py`), per slot, group, badge and demand of a draw. It finds the three bad histories that are
stored, and the five faults planted in builds of the product (`tests/faults/test_planted.py`, `test_small_runs.py`).
PostgreSQL does not wait for the disk here (`fsync` off): its processes die, the machine that holds its files does not.
All is read on the primary; what standbys show, on disks that are waited for, is the cluster's part
([failover.md](failover.md)).

A small run takes two minutes, names the faults it draws from, and leaves this page alone; with `--planted` it is one of
a build that is wrong, and ends with an error and a report that says what clients saw:

    make setup engines .venv/installed-dev
    .venv/bin/python -m tests.faults.run --faults 4 --acts 3000 --rate 300 --only cut_answers --only kill_web \\
        --folder var/faults/small --report var/faults/small/report.md
    .venv/bin/python -m tests.faults.run --faults 4 --acts 3000 --rate 300 --only cut_answers --only kill_web \\
        --planted "idempotency dropped" --folder var/faults/small --report var/faults/small/planted.md

The same seed (`--seed`, printed) draws the same faults again. Without `--only`, `--help` names them all. Rounds of the
same code and folder are added up: a new folder begins anew. A round that broke off is told under "What is wrong", and
what its processes wrote is in `var/faults/broken-SEED`.

Run of {on} at commit {version}, seed {seed}: {rounds} rounds, {faults} faults, {acts} acts in {requests} requests,
{silent} acts without an answer that says whether they were done. The acts took {minutes} minutes, {per_second} a second
through all faults.

| act | times |
| --- | --- |
{kinds}

A phone sends the scans that waited together, five to fifty in a request: each of them is an act, with an answer of its
own, begun and ended with its request. « Sent again » is a scan whose answer the phone had and asks for once more: it
changes nothing. Acts that were refused (a full slot, a group that is taken) are among these.

| seen | times |
| --- | --- |
| acts that no order explains (lost, doubled, a stale read) | {contradictions} |
| acts that the database does not hold as they were answered, seats that are not those of the groups | {missing} |
| mails that arrived | {mails} |
| mails written down as sent that did not arrive; still in the outbox at a round's end | {lost_mails}; {waiting} |
| mails that came twice, under one Message-ID: their worker lost PostgreSQL between sending and saying so | {doubled} |
| crashes in a log | {crashes} |
| longest time in which no act was done, in seconds | {gap} |

Each round holds the draw of an opening: demands of one to five slots, some of them two for the halves of a class,
half of them with a search at their end, handed in and withdrawn under the other faults; then, once it is frozen, ranked
or partly told, both workers killed and PostgreSQL with them. Its seats are all free until the hour. Each demand has the
one result and the very seats that the draw's file gives when `technilab draw` and a second implementation, which uses
nothing of the product, draw it again.

| draw | demands | withdrawn | how far when all died | placed | offered | waiting | wrong |
| --- | --- | --- | --- | --- | --- | --- | --- |
{draws}

A gap is the longest time without any act done, from the fault's beginning to the next one's.

| fault | what it does | times | median gap (s) | longest gap (s) |
| --- | --- | --- | --- | --- |
"""
KINDS = {
    "book": "booking",
    "move": "move",
    "cancel": "cancellation",
    "scan": "scan",
    "undo": "scan taken back",
    "repeat": "scan sent again",
    "read": "free places of a slot, read",
    "look": "a reservation, read",
    "demand": "demand of a draw",
    "withdraw": "demand withdrawn",
}


def write_report(rounds: list[dict[str, Any]], file: Path, *, rate: float) -> None:
    """The page, from the rounds as they were kept."""
    gaps: dict[str, list[float]] = defaultdict(list)
    kinds: Counter[str] = Counter()
    for one in rounds:
        kinds += Counter(one["acts"])
        for fault in one["faults"]:
            gaps[fault["fault"]].append(fault["gap"])
    summed = ("requests", "silent", "mails", "doubled", "lost_mails", "waiting", "crashes")
    seconds = sum(one["seconds"] for one in rounds)
    days = sorted({one["on"] for one in rounds})
    head = HEAD.format(
        on=" to ".join(days[:1] + days[1:][-1:]),
        version=rounds[0]["version"],
        rate=f"{rate:.0f}",
        seed=rounds[0]["seed"].split(".")[0],
        rounds=len(rounds),
        faults=sum(map(len, gaps.values())),
        acts=kinds.total(),
        kinds="\n".join(f"| {word} | {kinds[name]} |" for name, word in KINDS.items()),
        draws="\n".join(map(_draw, rounds)),
        minutes=f"{seconds / 60:.0f}",
        per_second=f"{kinds.total() / seconds:.0f}",
        missing=sum(len(one["missing"]) for one in rounds),
        contradictions=sum(len(one["contradictions"]) for one in rounds),
        gap=max((gap for every in gaps.values() for gap in every), default=0.0),
        **{name: sum(one[name] for one in rounds) for name in summed},
    )
    lines = [
        f"| {name.replace('_', ' ')} | {getattr(faults, name).__doc__} | {len(every)} | {median(every):.1f} |"
        f" {max(every):.1f} |"
        for name, every in sorted(gaps.items())
    ]
    skipped = sorted({one for each in rounds for one in each["skipped"]})
    wrong = [f"- round {one['seed']}: {said}" for one in rounds for said in wrong_of(one)]
    tail = ["", "Skipped on this machine: " + "; ".join(skipped) + "."] if skipped else []
    tail += ["", "## What is wrong", "", *wrong] if wrong else []
    file.write_text(head + "\n".join([*lines, *tail]) + "\n")


def wrong_of(one: dict[str, Any]) -> list[str]:
    """In words, what a round gave that it should not have; empty where all was right."""
    mails = {"lost_mails": "mails written down as sent that did not arrive", "doubled": "mails that came twice"}
    counted = [f"{one[name]} {words}" for name, words in mails.items() if one[name]]
    return [*one["broken"], *one["missing"], *one["contradictions"], *one["draw"]["wrong"], *counted]


def _draw(one: dict[str, Any]) -> str:
    draw, came = one["draw"], one["draw"]["results"]
    numbers = (draw["entered"], draw["withdrawn"], draw["broken_at"])
    results = (came.get(result, 0) for result in ("placed", "offered", "waits"))
    return f"| {one['seed']} | " + " | ".join(map(str, (*numbers, *results, len(draw["wrong"])))) + " |"
