"""The clients' logs against the database: what was acknowledged and is not there, what was sold twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import asyncpg

from tests.faults.history import Act

HOLDING = "('requested', 'confirmed', 'locked', 'offered')"
SITS = f'SELECT "group", slot FROM reservations WHERE state IN {HOLDING}'
OVERSOLD = f"""SELECT id FROM slots s WHERE id = ANY ($1::int[]) AND (seats_taken > seats OR seats_taken <> (
  SELECT coalesce(sum(pupils), 0) FROM reservations r WHERE r.slot = s.id AND state IN {HOLDING}))"""
SCANS = "SELECT replace(coalesce(undoes, id)::text, '-', '') AS scan, result FROM scans WHERE slot = $1"


async def verify(acts: Sequence[Act], database_url: str, *, desk: int) -> list[str]:
    """In words, whatever the database holds otherwise than the clients were told; empty where it is all there.

    A group whose act was never answered, or that was refused after a try without answer, is passed over.
    """
    told, unknown = defaultdict(set), set()
    for act in sorted((act for act in acts if act.group and not act.draw), key=lambda act: act.began):
        if act.ended is None:
            unknown.add(act.group)
        elif act.answer == "done":
            told[act.group] -= {act.slot}
            told[act.group] |= {"book": {act.slot}, "move": {act.to_slot}, "cancel": set()}[act.act]
    connection = await asyncpg.connect(database_url)
    try:
        sits = defaultdict(set)
        for row in await connection.fetch(SITS):
            sits[row["group"]].add(row["slot"])
        acted_on = {slot for act in acts for slot in (act.slot, act.to_slot)}
        oversold = [row["id"] for row in await connection.fetch(OVERSOLD, list(acted_on))]
        kept = {tuple(row) for row in await connection.fetch(SCANS, desk)}
    finally:
        await connection.close()
    wrong = [
        f"group {group} was told {sorted(slots)}, the database says {sorted(sits[group])}"
        for group, slots in told.items()
        if group not in unknown and slots != sits[group]
    ]
    wrong += [f"the seats of slot {slot} are not those of its groups" for slot in oversold]
    lost = [one for one in _scanned(acts) if one not in kept]
    return wrong + [f"scan {scan} was {result}, and is not kept so" for scan, result in lost]


def _scanned(acts: Iterable[Act]) -> list[tuple[str, str]]:
    """The scans that were answered, with their first answers, and those that were taken back."""
    return [(act.scan, act.answer) for act in acts if act.act in {"scan", "undo"} and act.answer]
