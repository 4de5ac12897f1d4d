"""The clients' log against the database: what was acknowledged and is not there, what was sold twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg

STATES = "SELECT id, state FROM reservations WHERE id = ANY($1)"
SCANS = "SELECT id::text FROM scans WHERE id = ANY($1::uuid[])"
OVERSOLD = """SELECT s.id FROM slots s LEFT JOIN reservations r ON r.slot = s.id
  AND r.state IN ('requested', 'confirmed', 'locked', 'offered')
  WHERE s.state = 'open' GROUP BY s.id
  HAVING coalesce(sum(r.pupils), 0) > s.seats OR coalesce(sum(r.pupils), 0) <> s.seats_taken"""
TWICE = """SELECT slot, "group" FROM reservations
  WHERE state IN ('requested', 'confirmed', 'locked', 'offered') GROUP BY 1, 2 HAVING count(*) > 1"""


@dataclass(frozen=True)
class Verdict:
    """Acts acknowledged, and what of them is wrong."""

    acknowledged: int
    lost: list[str]
    oversold: list[int]
    twice: list[tuple[int, int]]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.oversold or self.twice)


async def verify(lines: list[dict[str, Any]], database_url: str) -> Verdict:
    """What the log's acknowledgements became."""
    made = {line["said"]["id"] for line in lines if line["what"] == "booking" and line["status"] == 201}
    asked_away = {_visit(line) for line in lines if line["what"] == "cancellation"}
    away = {_visit(line) for line in lines if line["what"] == "cancellation" and line["status"] == 201}
    scanned = [line["key"] for line in lines if line["what"] == "scan" and line["status"] == 200]
    connection = await asyncpg.connect(database_url)
    try:
        states = {row["id"]: row["state"] for row in await connection.fetch(STATES, list(made))}
        kept = {row["id"] for row in await connection.fetch(SCANS, scanned)}
        oversold = [row["id"] for row in await connection.fetch(OVERSOLD)]
        twice = [(row["slot"], row["group"]) for row in await connection.fetch(TWICE)]
    finally:
        await connection.close()
    lost = [f"booking {one}" for one in made if one not in states]
    lost += [f"booking {one}: {states[one]}" for one in states if one not in asked_away and states[one] != "confirmed"]
    lost += [f"cancellation {one}" for one in away if states.get(one) != "cancelled_by_teacher"]
    lost += [f"scan {one}" for one in scanned if one not in kept]
    return Verdict(len(made) + len(away) + len(scanned), lost, oversold, twice)


def _visit(cancellation: dict[str, Any]) -> int:
    return int(cancellation["path"].split("/")[4])
