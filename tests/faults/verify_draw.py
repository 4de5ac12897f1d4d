"""A draw after it was held: every demand with one result, in the order that anyone can replay."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.command_line import technilab
from tests.faults.history import Act

DEMANDS = """SELECT r."group", d.rank, d.result, r.state FROM demands d
JOIN reservations r ON r.demand = d.id WHERE d.opening = $1 ORDER BY d.rank"""
HELD = "SELECT drawn_at IS NOT NULL FROM openings WHERE id = $1"
# What a demand's reservation is, by what the public list says came of it.
STATES = {"placed": "confirmed", "waits": "waiting", "out": "lapsed"}


@dataclass(frozen=True)
class DrawHeld:
    """How many demands were handed in and withdrawn as the clients know it, what came of the others, what is wrong."""

    entered: int
    withdrawn: int
    results: dict[str, int]
    wrong: list[str]


async def verify_draw(acts: Sequence[Act], database_url: str, home: Path, *, opening: int) -> DrawHeld:
    """The clients' log against the draw's list, and the list against its seed, by `technilab draw`."""
    mine = sorted((act for act in acts if act.draw == opening), key=lambda act: act.began)
    told, unknown = {}, set()
    for act in mine:
        if act.act in {"demand", "withdraw"} and act.ended is None:
            unknown.add(act.group)
        elif act.answer == "done":
            told[act.group] = act.act
    connection = await asyncpg.connect(database_url)
    try:
        held = await connection.fetchval(HELD, opening)
        found = await connection.fetch(DEMANDS, opening)
    finally:
        await connection.close()
    ranked = [row for row in found if row["rank"] is not None]
    of_group = defaultdict(list)
    for row in ranked:
        of_group[row["group"]].append(row["result"])
    wrong = [] if held else ["the draw was not held"]
    wrong += [
        f"group {group} was told {act}, the draw has {of_group[group]}"
        for group, act in told.items()
        if group not in unknown and len(of_group[group]) != (act == "demand")
    ]
    wrong += [
        f"a demand of group {row['group']} is {row['result'] or 'without a result'} and {row['state']}"
        for row in ranked
        if row["state"] != STATES.get(row["result"])
    ]
    replayed = await asyncio.to_thread(technilab, "draw", str(opening), home=home, DATABASE_URL=database_url)
    if replayed.returncode:
        wrong.append(f"its replay: {replayed.stdout.strip()}{replayed.stderr.strip()}")
    done = Counter(act.act for act in mine if act.answer == "done")
    return DrawHeld(done["demand"], done["withdraw"], dict(Counter(row["result"] for row in ranked)), wrong)
