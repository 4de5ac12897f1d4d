"""What is wrong in a draw that was held is found, whatever it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from booking.visits.draws.drawing_file import written
from tests.booking.visits.draws.somebody_else import draw_again
from tests.booking.visits.draws.worlds import world
from tests.faults.verify_draw import STATES, unlike_its_file

FILE = world(27)
Row = dict[str, Any]


def held() -> dict[str, Row]:
    """A demand of each result, with its reservations, among all that the file gives."""
    answers, _ = draw_again(written(FILE))
    rows = [_row(answer) for answer in answers]
    return {row["result"]: row for row in rows} | {str(row["rank"]): row for row in rows}


def _row(answer: Row) -> Row:
    result = answer["outcome"]
    seats = [[STATES.get(result), *seat] for seat in answer["seats"]] or [["waiting", 1, 24]]
    return {"group": answer["rank"], "number": answer["number"], "rank": answer["rank"], "result": result} | {
        "rows": json.dumps([*seats, ["released", 2, 24]])
    }


def wrong(rows: dict[str, Row]) -> list[str]:
    return unlike_its_file(
        sorted({row["number"]: row for row in rows.values()}.values(), key=lambda row: row["rank"]),
        written(FILE),
        bytes.fromhex(FILE.seed),
    )


def test_a_draw_that_is_its_file_s_has_nothing_wrong() -> None:
    rows = held()
    assert rows.keys() >= {"placed", "offered", "waits"}
    assert wrong(rows) == []


@pytest.mark.parametrize(
    ("result", "spoil"),
    [
        ("placed", lambda row: row | {"result": "waits"}),
        ("waits", lambda row: row | {"rank": row["rank"] + 1}),
        ("offered", lambda row: row | {"rows": row["rows"].replace("offered", "lapsed")}),
        ("placed", lambda row: row | {"rows": row["rows"].replace("released", "waiting")}),
        ("offered", lambda row: row | {"rows": row["rows"].replace("released", "confirmed")}),
        ("waits", lambda row: row | {"rows": row["rows"].replace("waiting", "lapsed")}),
        ("waits", lambda row: row | {"rows": row["rows"].replace("released", "confirmed")}),
    ],
)
def test_a_demand_that_has_another_result_rank_or_seat_is_told(result: str, spoil: Callable[[Row], Row]) -> None:
    rows = held()
    spoiled = spoil(rows[result])
    assert spoiled != rows[result]
    assert len(wrong({name: spoiled if row is rows[result] else row for name, row in rows.items()})) == 1


def test_a_demand_that_is_missing_is_told() -> None:
    rows = held()
    left = {name: row for name, row in rows.items() if row is not rows["placed"]}
    assert wrong(left) == ["the file has other demands than were ranked"]
