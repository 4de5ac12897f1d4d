"""What was known of mobilities is of people who left, to nobody named; the other way and another host stand beside."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

OUT = "SELECT course, school_year, country, kind, people FROM bts1_mobilities ORDER BY id"
SAID = "SELECT direction, host_name, weeks FROM bts1_mobilities ORDER BY id"
AGAIN = """INSERT INTO bts1_mobilities (course, school_year, country, kind, people, direction, host_name)
SELECT course, school_year, country, kind, people, $1, $2 FROM bts1_mobilities WHERE school_year = 2026 LIMIT 1"""


async def _asked(url: str, sql: str, *told: object) -> list[tuple[Any, ...]]:
    line = await asyncpg.connect(url)
    try:
        return [tuple(record) for record in await line.fetch(sql, *told)]
    finally:
        await line.close()


async def test_each_mobility_is_one_that_left_and_of_which_nothing_more_is_known(before: str, carried_on: str) -> None:
    kept = await _asked(before, OUT)
    assert len(kept) == 4
    assert await _asked(carried_on, OUT) == kept
    assert await _asked(carried_on, SAID) == [("outgoing", "", None)] * 4


async def test_the_same_stay_the_other_way_or_at_another_host_is_one_more_and_twice_is_refused(
    a_copy: str,
) -> None:
    await _asked(a_copy, AGAIN, "incoming", "")
    await _asked(a_copy, AGAIN, "outgoing", "Manufacture")
    with pytest.raises(asyncpg.UniqueViolationError):
        await _asked(a_copy, AGAIN, "outgoing", "")


async def test_how_long_a_stay_of_the_closed_year_was_is_no_more_written_without_a_reason(a_copy: str) -> None:
    (closed,) = await _asked(a_copy, "SELECT school_year FROM closed_years")
    with pytest.raises(asyncpg.RaiseError, match=f"year frozen: {closed[0]}"):
        await _asked(a_copy, "UPDATE bts1_mobilities SET weeks = 3 WHERE school_year = $1", *closed)
    await _asked(a_copy, "UPDATE bts1_mobilities SET weeks = 3 WHERE school_year <> $1", *closed)
    assert [weeks for _, _, weeks in await _asked(a_copy, SAID)].count(3) in {2, 3}
