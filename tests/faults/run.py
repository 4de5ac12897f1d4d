"""`make faults`: a hundred faults and a million acts, in rounds that can be stopped and gone on with.

    python -m tests.faults.run [--faults 100] [--acts 1000000] [--seed N] [--rate 1800] [--only FAULT …] [--planted BUG]

A round is one site, twenty faults drawn by its printed seed, a draw that is held among them, and clients at a steady
rate. What each gave is a line of `var/faults/faults-COMMIT.jsonl`, so that other code begins anew; the report of them
all is written into docs/faults.md. The exit code is 1 when anything in it is wrong, and where a round broke off:
clients that fell, a fault that was never healed, nobody who does anything any more are told like the rest.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests.command_line import ROOT
from tests.faults.crowd import Broken, Crowd, longest_gap
from tests.faults.history import Act
from tests.faults.kinds import EVERY, Fault, break_draw, possible
from tests.faults.planted import build_with
from tests.faults.report import write_report, wrong_of
from tests.faults.site import Site, site
from tests.faults.verify import verify
from tests.faults.verify_draw import DrawHeld, verify_draw
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
STILL = 180.0  # seconds in which nobody writes anything down; a client insists for half as long
MAILS_WITHIN = 300.0  # more is told in a round than two workers send meanwhile, beside all the rest on two cores


@dataclass(frozen=True)
class Done:
    """One fault as it was done: the seconds until it was healed, and the longest time in which no act was done."""

    fault: str
    seconds: float
    gap: float


@dataclass(frozen=True)
class Round:
    """What one round gave. `contradictions` are of what the clients saw, the rest is what stood at its end.

    `broken` says what broke it off, if anything did; what could not be asked any more is empty then.
    """

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
    broken: list[str]


class Shown:
    """The progress bar, which follows the acts."""

    def __init__(self, bar: Any) -> None:
        self._bar, self._seen = bar, 0

    def follow(self, acts: int, doing: str) -> None:
        self._bar.update(acts - self._seen, doing)
        self._seen = acts


def one_round(
    seed: str, *, faults: int, acts: int, shown: Shown, rate: float = RATE, build: Path = ROOT, only: Sequence[str] = ()
) -> Round:
    """Raises what keeps it from beginning."""
    dice = random.Random(seed)
    with site(build) as here:
        kinds, skipped = possible(here)
        if only:
            kinds = [one for one in kinds if one.__name__ in only]
        crowd = here.make_world(**SIZE, drawn_in=DRAWN_IN)
        here.send_clients(rate=rate, seed=dice.randrange(10**9), hands=HANDS, processes=PROCESSES)
        began, hurt, broken = time.monotonic(), [], []
        with told_when_broken(here, seed, broken):
            for fault in _drawn(kinds, dice, faults=faults, acts=acts, crowd=crowd, shown=shown):
                struck = time.monotonic()
                fault(here, dice)
                hurt.append((fault.__name__, struck, time.monotonic()))
            crowd.call_home()
            crowd.come_home()
        return _what_it_gave(here, seed, hurt, skipped, time.monotonic() - began, broken)


def _drawn(
    kinds: Sequence[Fault], dice: random.Random, *, faults: int, acts: int, crowd: Crowd, shown: Shown
) -> Iterator[Fault]:
    """One fault after the other, the breaking of the draw in its hour, until there were enough and enough was done."""
    held_at, struck, doing = crowd.world["draw"]["held_at"], 0, ""
    moved_at, moved = time.monotonic(), 0
    while struck < faults or len(crowd.acts()) < acts:
        time.sleep(CALM)
        shown.follow(done := len(crowd.acts()), doing)
        crowd.refuse_the_fallen()
        if done > moved:
            moved_at, moved = time.monotonic(), done
        elif time.monotonic() - moved_at > STILL:
            raise Broken(f"nobody did anything for {STILL:.0f} s")
        if held_at and time.monotonic() > held_at - CALM:
            fault, held_at = break_draw, 0.0
        elif struck < faults - bool(held_at):
            fault = dice.choice(kinds)
        else:
            continue
        yield fault
        struck, doing = struck + 1, fault.__name__


@contextmanager
def told_when_broken(here: Site, seed: str, broken: list[str]) -> Iterator[None]:
    """What breaks a round off is said in it; what was written until then is kept."""
    try:
        yield
    except BaseException as error:
        with suppress(OSError, AttributeError):
            here.crowd.stop()
            place = FOLDER / f"broken-{seed}"
            place.mkdir(parents=True, exist_ok=True)
            for file in [*here.home.glob("*.log"), *here.home.glob("*.jsonl"), here.primary.log]:
                shutil.copy(file, place)
            click.echo(f"what it wrote is in {place}", err=True)
        if not isinstance(error, Exception):
            raise
        broken.append(f"it broke off: {error or type(error).__name__}")


def _what_it_gave(
    here: Site,
    seed: str,
    hurt: list[tuple[str, float, float]],
    skipped: list[str],
    lasted: float,
    broken: list[str],
) -> Round:
    crowd = here.crowd
    acts = crowd.acts()
    # The mails leave meanwhile.
    contradictions = [str(one) for one in crowd.contradictions()]
    ends = [began for _, began, _ in hurt[1:]] + [hurt[0][1] + lasted] if hurt else []
    faults = [
        Done(name, round(healed - began, 1), round(longest_gap(acts, since=began, until=until), 1))
        for (name, began, healed), until in zip(hurt, ends, strict=True)
    ]
    gave = Round(
        seed=seed,
        faults=faults,
        skipped=skipped,
        acts=dict(Counter(act.act for act in acts)),
        requests=len({(act.client, act.began) for act in acts}),
        seconds=round(lasted, 1),
        silent=sum(act.ended is None for act in acts),
        contradictions=contradictions,
        missing=[],
        draw={**asdict(DrawHeld(0, 0, {}, [])), "broken_at": here.broken_at},
        mails=0,
        doubled=0,
        lost_mails=0,
        waiting=0,
        crashes=sum(here.said(name).count("Traceback") for name in ("web1", "web2", "worker1", "worker2")),
        broken=broken,
    )
    # What a broken round leaves may not answer.
    if not broken:
        with told_when_broken(here, seed, broken):
            gave = replace(gave, **_what_stands(here, acts))
    return gave


def _what_stands(here: Site, acts: list[Act]) -> dict[str, Any]:
    """What the database and the mail server hold, once all is told."""
    crowd = here.crowd
    deadline = time.monotonic() + MAILS_WITHIN
    while here.waiting_mails() and time.monotonic() < deadline:
        time.sleep(0.5)
    mails = here.mails()
    draw = verify_draw(acts, here.primary.url, here.home / "draw", opening=crowd.world["draw"]["opening"])
    return {
        "missing": asyncio.run(verify(acts, here.primary.url, desk=crowd.world["desk"])),
        "draw": {**asdict(asyncio.run(draw)), "broken_at": here.broken_at},
        "mails": len(mails),
        "doubled": len(mails) - len(set(mails)),
        "lost_mails": here.lost_mails(),
        "waiting": here.waiting_mails(),
    }


@click.command()
@click.option("--faults", default=100, show_default=True)
@click.option("--acts", default=1_000_000, show_default=True)
@click.option("--seed", default=0, help="Of the whole run; drawn when absent. A run that goes on keeps its own.")
@click.option("--rate", default=RATE, show_default=True, help="Acts a second that are asked for.")
@click.option("--only", multiple=True, type=click.Choice([one.__name__ for one in EVERY]), help="These faults alone.")
@click.option("--planted", default="", help="In a build with this fault planted, which the run must find.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where the rounds are kept.")
@click.option("--report", type=click.Path(path_type=Path), default=REPORT, help="The page that tells of them.")
def main(
    faults: int, acts: int, seed: int, rate: float, only: tuple[str, ...], planted: str, folder: Path, report: Path
) -> None:
    """Go on with the rounds that are left, then write the report."""
    folder.mkdir(parents=True, exist_ok=True)
    code = version() + (f" with a planted fault ({planted})" if planted else "")
    file = folder / f"faults-{code}.jsonl"
    build = ROOT
    if planted:
        shutil.rmtree(build := folder / "planted", ignore_errors=True)
        build_with(planted, build)
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
            one = one_round(
                f"{whole}.{len(rounds)}",
                faults=several,
                acts=-(-(acts - lived) // left),
                shown=Shown(bar),
                rate=rate,
                build=build,
                only=only,
            )
            told = {**asdict(one), "on": f"{datetime.now(UTC):%Y-%m-%d}", "version": code}
            with file.open("a") as lines:
                lines.write(json.dumps(told) + "\n")
            rounds.append(told)
            done, lived = done + len(told["faults"]), lived + sum(told["acts"].values())
            if one.broken:
                break
    write_report(rounds, report, rate=rate)
    click.echo(report.read_text())
    if any(map(wrong_of, rounds)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
