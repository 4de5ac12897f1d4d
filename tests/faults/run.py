"""`make faults`: a hundred faults and a million acts, in rounds that can be stopped and gone on with.

    python -m tests.faults.run [--faults 100] [--acts 1000000] [--seed N]

A round is one site, ten faults drawn by its printed seed, and clients at a steady rate. What each round gave is a line
of `var/faults/rounds.jsonl`; the report of them all is written into docs/faults.md.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import click

from tests.command_line import ROOT
from tests.faults.crowd import longest_gap
from tests.faults.kinds import possible
from tests.faults.report import write_report
from tests.faults.site import Site, site
from tests.faults.verify import verify

REPORT = ROOT / "docs" / "faults.md"
FOLDER = ROOT / "var" / "faults"
A_ROUND = 10
AT_LEAST = 100.0  # seconds of acts in a round
RATE = 800.0
CALM = 4.0
CLIENTS, GROUPS, SLOTS = 6, 40, 120
MAILS_WITHIN = 20.0


@dataclass(frozen=True)
class Done:
    """One fault as it was done: the seconds until it was healed, and the longest time in which no act was done."""

    fault: str
    seconds: float
    gap: float


@dataclass(frozen=True)
class Round:
    """What one round gave. `contradictions` are of what the clients saw, the rest is what stood at its end."""

    seed: str
    faults: list[Done]
    skipped: list[str]
    acts: int
    silent: int
    contradictions: list[str]
    missing: list[str]
    mails: int
    doubled: int
    lost_mails: int
    waiting: int
    crashes: int


def one_round(seed: str, *, faults: int, bar: Any) -> Round:
    dice = random.Random(seed)
    with site() as here:
        kinds, skipped = possible(here)
        here.make_world(clients=CLIENTS, groups=GROUPS, slots=SLOTS)
        here.send_clients(rate=RATE, seed=dice.randrange(10**9))
        ends = time.monotonic() + AT_LEAST
        time.sleep(CALM)
        hurt = []
        for fault in dice.choices(kinds, k=faults):
            began = time.monotonic()
            fault(here, dice)
            hurt.append((fault.__name__, began, time.monotonic()))
            time.sleep(CALM)
            bar.update(1)
        time.sleep(max(0.0, ends - time.monotonic()))
        return _what_it_gave(here, seed, hurt, skipped)


def _what_it_gave(here: Site, seed: str, hurt: list[tuple[str, float, float]], skipped: list[str]) -> Round:
    assert here.crowd is not None
    over = time.monotonic()
    here.crowd.call_home()
    acts = here.crowd.come_home()
    ends = [began for _, began, _ in hurt[1:]] + [over]
    faults = [
        Done(name, round(healed - began, 1), round(longest_gap(acts, since=began, until=until), 1))
        for (name, began, healed), until in zip(hurt, ends, strict=True)
    ]
    deadline = time.monotonic() + MAILS_WITHIN
    while here.waiting_mails() and time.monotonic() < deadline:
        time.sleep(0.5)
    mails = here.mails()
    return Round(
        seed=seed,
        faults=faults,
        skipped=skipped,
        acts=len(acts),
        silent=sum(act.ended is None for act in acts),
        contradictions=[str(one) for one in here.crowd.contradictions(acts)],
        missing=asyncio.run(verify(acts, here.primary.url, desk=here.crowd.world["desk"])),
        mails=len(mails),
        doubled=len(mails) - len(set(mails)),
        lost_mails=here.lost_mails(),
        waiting=here.waiting_mails(),
        crashes=sum(here.said(name).count("Traceback") for name in ("web1", "web2", "worker1", "worker2")),
    )


@click.command()
@click.option("--faults", default=100, show_default=True)
@click.option("--acts", default=1_000_000, show_default=True)
@click.option("--seed", default=0, help="Of the whole run; drawn when absent. A run that goes on keeps its own.")
def main(faults: int, acts: int, seed: int) -> None:
    """Go on with the rounds that are left, then write the report."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / "rounds.jsonl"
    rounds = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    whole = rounds[0]["seed"].split(".")[0] if rounds else str(seed or random.SystemRandom().randrange(10**6))
    click.echo(f"seed {whole}, {len(rounds)} rounds done; what they give is in {kept}")
    done = sum(len(one["faults"]) for one in rounds)
    with click.progressbar(length=faults, label="Faults") as bar:
        bar.update(done)
        while done < faults or sum(one["acts"] for one in rounds) < acts:
            several = min(A_ROUND, max(faults - done, 1))
            told = asdict(one_round(f"{whole}.{len(rounds)}", faults=several, bar=bar))
            with kept.open("a") as lines:
                lines.write(json.dumps(told) + "\n")
            rounds.append(told)
            done += several
    write_report(rounds, REPORT, on=f"{datetime.now(UTC):%Y-%m-%d}", rate=RATE)
    click.echo(REPORT.read_text())


if __name__ == "__main__":
    main()
