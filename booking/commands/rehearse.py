"""What a restored base goes through before it replaces another: this version's migrations, then what `check` asks.

python -m booking.commands.rehearse, on the throw-away base of DATABASE_URL: a process of its own, because the one that
restores asks the base that is to be replaced. With --look it changes nothing. Prints what it found as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from random import SystemRandom

import click
from msgspec import Struct
from msgspec.structs import asdict

from booking.commands.migrate import bring_up_to_date, migrations_run, pending
from booking.commands.words import sentence_of
from booking.outbox.notices.beat import forget_all
from booking.outbox.watch.migrations import Descent, descent
from workshops.cache.versions import invalidate_all
from workshops.refusals import Refusal
from workshops.tallies.queries import wrong_sums


class Rehearsed(Struct, frozen=True):
    """How the base did.

    `descent` is what it is to this version, empty for no base of Technilab; so many `steps` brought it up to date; so
    many sums of the board are `wrong`, not those of its visits; `refused` says why it cannot be carried on.
    """

    descent: str
    steps: int = 0
    wrong: int = 0
    refused: str = ""


async def rehearse() -> Rehearsed:
    """Bring the base up to date, as it will be when it is put in place, and look at it as `check` does."""
    whose = await _whose()
    if whose.descent != Descent.OURS.name:
        return whose
    steps = await bring_up_to_date()
    # No sign of life of the workers that lived where the file was made.
    await forget_all()
    await invalidate_all(SystemRandom().randrange(1, 2**40))
    return Rehearsed(whose.descent, steps, await wrong_sums())


async def look() -> Rehearsed:
    """The same of a base that may only be read; `steps` would bring it up to date."""
    whose = await _whose()
    if whose.descent != Descent.OURS.name:
        return whose
    lacking = sum(len(names) for names in (await pending()).values())
    return Rehearsed(whose.descent, lacking, 0 if lacking else await wrong_sums())


async def _whose() -> Rehearsed:
    ran: set[str] = set()
    with suppress(Refusal):
        ran = await migrations_run()
    return Rehearsed(descent(ran).name if ran else "")


def main() -> None:
    """Say how it did."""
    try:
        found = asyncio.run(look() if sys.argv[1:] == ["--look"] else rehearse())
    except Exception as error:
        found = Rehearsed(Descent.OURS.name, refused=sentence_of(error))
    click.echo(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
