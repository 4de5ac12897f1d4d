"""A draw after it was held: every demand with the one result that its file gives, drawn again by `technilab draw` and
by the second implementation, which uses nothing of the product."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from tests.booking.visits.draws.somebody_else import draw_again
from tests.command_line import technilab
from tests.faults.history import Act

DEMANDS = """SELECT d."group", d.number, d.rank, d.result,
  coalesce(json_agg(json_build_array(r.state, r.slot, r.pupils)) FILTER (WHERE r.id IS NOT NULL), '[]') AS rows
FROM demands d LEFT JOIN reservations r ON r.demand = d.id WHERE d.opening = $1 GROUP BY d.id ORDER BY d.rank"""
HELD = "SELECT drawn_at IS NOT NULL AS held, file, seed FROM openings WHERE id = $1"
# What the reservations of a demand that has seats are, by what the public list says came of it.
STATES = {"placed": "confirmed", "offered": "offered"}
LIVE = {"confirmed", "requested", "offered", "waiting", "in_draw"}


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
        drawn = await connection.fetchrow(HELD, opening)
        found = await connection.fetch(DEMANDS, opening)
    finally:
        await connection.close()
    ranked = [row for row in found if row["rank"] is not None]
    of_group = defaultdict(list)
    for row in ranked:
        of_group[row["group"]].append(row["result"])
    wrong = [] if drawn["held"] else ["the draw was not held"]
    wrong += [
        f"group {group} was told {act}, the draw has {of_group[group]}"
        for group, act in told.items()
        if group not in unknown and len(of_group[group]) != (act == "demand")
    ]
    if drawn["held"]:
        wrong += unlike_its_file(ranked, drawn["file"], drawn["seed"])
    replayed = await asyncio.to_thread(technilab, "draw", str(opening), home=home, DATABASE_URL=database_url)
    if replayed.returncode:
        wrong.append(f"its replay: {replayed.stdout.strip()}{replayed.stderr.strip()}")
    done = Counter(act.act for act in mine if act.answer == "done")
    return DrawHeld(done["demand"], done["withdraw"], dict(Counter(row["result"] for row in ranked)), wrong)


def unlike_its_file(ranked: Sequence[Mapping[str, Any]], content: bytes, seed: bytes) -> list[str]:
    """Where a demand, or its reservations, are not what the second implementation draws from the file."""
    answers, _ = draw_again(json.dumps(json.loads(content) | {"seed": seed.hex()}).encode())
    due = {answer["number"]: answer for answer in answers}
    wrong = [] if due.keys() == {row["number"] for row in ranked} else ["the file has other demands than were ranked"]
    for row in ranked:
        rows = json.loads(row["rows"])
        seats = sorted([slot, pupils] for state, slot, pupils in rows if state == STATES.get(row["result"]))
        live = [state for state, *_ in rows if state in LIVE]
        answer = due.get(row["number"], {"outcome": "", "rank": 0, "seats": []})
        if (row["result"], row["rank"], seats) != (answer["outcome"], answer["rank"], sorted(answer["seats"])):
            wrong.append(f"a demand of group {row['group']} is {row['result']} with {seats}, its file gives {answer}")
        elif not live or len(live) != (len(seats) or live.count("waiting")):
            wrong.append(f"a demand of group {row['group']} is {row['result']}, its reservations are {rows}")
    return wrong
