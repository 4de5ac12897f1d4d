"""The copies: whether each way of them works, and whether anybody has tried to put one back; judged as for `check`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.outbox.copies.queries import copies
from booking.outbox.copies.rules import PARTS, Act, Kept, judged


class Copies(Struct, frozen=True):
    """What was done last of each act, in each way; none where nobody copies."""

    found: Sequence[Kept]
    now: datetime


async def look(*, now: datetime) -> Copies:
    """Raises what asyncpg raises where the database is away or has no tables."""
    return Copies(await copies(), now)


def made(seen: Copies) -> Finding | None:
    return _first_wrong(seen, Act.COPY)


def rehearsed(seen: Copies) -> Finding | None:
    return _first_wrong(seen, Act.REHEARSAL)


def _first_wrong(seen: Copies, act: Act) -> Finding | None:
    for verdict in judged(seen.found, now=seen.now):
        if verdict.part == PARTS[act] and not verdict.fine:
            heading = verdict.heading[0].lower() + verdict.heading[1:]
            return Finding(verdict.part, heading, verdict.sentence[0].upper() + verdict.sentence[1:])
    return None


RULES: tuple[Rule[Copies], ...] = (made, rehearsed)
