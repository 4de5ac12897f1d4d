"""`make faults`: a hundred faults and a million acts, in rounds that can be stopped and gone on with.

    python -m tests.faults.run [--faults 100] [--acts 1000000] [--seed N]

A round is one site, twenty faults drawn by its printed seed, a draw that is held among them, and clients at a steady
rate. What each gave is a line of `var/faults/faults-COMMIT.jsonl`, so that other code begins anew; the report of them
all is written into docs/faults.md. The exit code is 1 when anything in it is wrong.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests.command_line import ROOT
from tests.faults.crowd import longest_gap
from tests.faults.history import Act
from tests.faults.kinds import break_draw, possible
from tests.faults.report import write_report, wrong_of
from tests.faults.site import Site, site
from tests.faults.verify import verify
from tests.faults.verify_draw import verify_draw
from tests.faults.version import kept, nothing_to_run, version

REPORT = ROOT / "docs" / "faults.md"
FOLDER = ROOT / "var" / "faults"
A_ROUND = 20
RATE = 1800.0
CALM = 3.0
SIZE = {"clients": 8, "groups": 80, "slots": 160, "entrants": 40}
# Two processes of them, one a core.
HANDS, PROCESSES = 6, 2
DRAWN_IN = 45.0
MAILS_WITHIN = 300.0  # more is told in a round than two workers send meanwhile, beside all the rest on two cores


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
    acts: dict[str, int]
    requests: int
    seconds: float
    silent: int
    contradictions: list[str]
    missing: list[str]
    draw: dict[str, Any]
    mails: int
    doubled: int
    lost_mails: int
    waiting: int
    crashes: int


class Shown:
    """The progress bar, which follows the acts."""

    def __init__(self, bar: Any) -> None:
        self._bar, self._seen = bar, 0

    def follow(self, acts: int, doing: str) -> None:
        self._bar.update(acts - self._seen, doing)
        self._seen = acts


def one_round(seed: str, *, faults: int, acts: int, shown: Shown) -> Round:
    """Raises what breaks it off; what the site and the clients wrote is kept then."""
    dice = random.Random(seed)
    with site() as here, kept_when_broken(here, seed):
        kinds, skipped = possible(here)
        crowd = here.make_world(**SIZE, drawn_in=DRAWN_IN)
        here.send_clients(rate=RATE, seed=dice.randrange(10**9), hands=HANDS, processes=PROCESSES)
        began, hurt, held_at = time.monotonic(), [], crowd.world["draw"]["held_at"]
        while len(hurt) < faults or len(crowd.acts()) < acts:
            time.sleep(CALM)
            shown.follow(len(crowd.acts()), hurt[-1][0] if hurt else "")
            if held_at and time.monotonic() > held_at - CALM:
                fault, held_at = break_draw, 0.0
            elif len(hurt) < faults - bool(held_at):
                fault = dice.choice(kinds)
            else:
                continue
            struck = time.monotonic()
            fault(here, dice)
            hurt.append((fault.__name__, struck, time.monotonic()))
        crowd.call_home()
        lasted = time.monotonic() - began
        return _what_it_gave(here, crowd.come_home(), seed, hurt, skipped, lasted)


@contextmanager
def kept_when_broken(here: Site, seed: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError, AttributeError):
            here.crowd.stop()
            place = FOLDER / f"broken-{seed}"
            place.mkdir(parents=True, exist_ok=True)
            for file in [*here.home.glob("*.log"), *here.home.glob("*.jsonl"), here.primary.log]:
                shutil.copy(file, place)
            click.echo(f"what it wrote is in {place}", err=True)
        raise


def _what_it_gave(
    here: Site, acts: list[Act], seed: str, hurt: list[tuple[str, float, float]], skipped: list[str], lasted: float
) -> Round:
    crowd = here.crowd
    # The mails leave meanwhile.
    contradictions = [str(one) for one in crowd.contradictions()]
    ends = [began for _, began, _ in hurt[1:]] + [hurt[0][1] + lasted]
    faults = [
        Done(name, round(healed - began, 1), round(longest_gap(acts, since=began, until=until), 1))
        for (name, began, healed), until in zip(hurt, ends, strict=True)
    ]
    deadline = time.monotonic() + MAILS_WITHIN
    while here.waiting_mails() and time.monotonic() < deadline:
        time.sleep(0.5)
    mails = here.mails()
    draw = verify_draw(acts, here.primary.url, here.home, opening=crowd.world["draw"]["opening"])
    return Round(
        seed=seed,
        faults=faults,
        skipped=skipped,
        acts=dict(Counter(act.act for act in acts)),
        requests=len({(act.client, act.began) for act in acts}),
        seconds=round(lasted, 1),
        silent=sum(act.ended is None for act in acts),
        contradictions=contradictions,
        missing=asyncio.run(verify(acts, here.primary.url, desk=crowd.world["desk"])),
        draw={**asdict(asyncio.run(draw)), "broken_at": here.broken_at},
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
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where the rounds are kept.")
@click.option("--report", type=click.Path(path_type=Path), default=REPORT, help="The page that tells of them.")
def main(faults: int, acts: int, seed: int, folder: Path, report: Path) -> None:
    """Go on with the rounds that are left, then write the report."""
    folder.mkdir(parents=True, exist_ok=True)
    code = version()
    file = folder / f"faults-{code}.jsonl"
    rounds = kept(file)
    whole = rounds[0]["seed"].split(".")[0] if rounds else str(seed or random.SystemRandom().randrange(10**6))
    click.echo(f"seed {whole}, {len(rounds)} rounds done; what they give is in {file}")
    done = sum(len(one["faults"]) for one in rounds)
    lived = sum(sum(one["acts"].values()) for one in rounds)
    if done >= faults and lived >= acts:
        click.echo(nothing_to_run(file))
    with click.progressbar(length=acts, label="Acts", item_show_func=lambda doing: doing) as bar:
        bar.update(lived)
        while done < faults or lived < acts:
            several = min(A_ROUND, max(faults - done, 1))
            left = max(1, -(-(faults - done) // A_ROUND))
            one = one_round(f"{whole}.{len(rounds)}", faults=several, acts=-(-(acts - lived) // left), shown=Shown(bar))
            told = {**asdict(one), "on": f"{datetime.now(UTC):%Y-%m-%d}", "version": code}
            with file.open("a") as lines:
                lines.write(json.dumps(told) + "\n")
            rounds.append(told)
            done, lived = done + len(told["faults"]), lived + sum(told["acts"].values())
    write_report(rounds, report, rate=RATE)
    click.echo(report.read_text())
    if any(map(wrong_of, rounds)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
