"""What was a wish, a class in halves, a demand in a draw, or a group that waits, is a demand with its lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

import asyncpg

WISHES = """SELECT wish::text, array_agg(id || ':' || wish_rank ORDER BY id) FROM reservations
WHERE wish IS NOT NULL GROUP BY wish"""
HALVES = """SELECT halves::text, array_agg(id || ':' || half ORDER BY id) FROM reservations
WHERE halves IS NOT NULL GROUP BY halves"""
DRAWN = """SELECT opening, number, weight, rank,
  CASE WHEN result = '' AND state <> 'in_draw' THEN 'gone' ELSE result END,
  d.slot, reservation FROM draw_demands d JOIN reservations r ON r.id = d.reservation ORDER BY number"""
WAITING = """SELECT id FROM reservations r WHERE state = 'waiting' AND wish IS NULL AND halves IS NULL
  AND NOT EXISTS (SELECT FROM draw_demands d WHERE d.reservation = r.id) ORDER BY id"""
LINES = "SELECT demand::text, array_agg(id || ':' || {} ORDER BY id) FROM reservations WHERE {} GROUP BY demand"
RANKED = LINES.format("line", "half IS NULL AND demand IN (SELECT id FROM demands WHERE lines > 1)")
IN_HALVES = LINES.format("half", "half IS NOT NULL")
IN_DRAWS = """SELECT d.opening, d.number, d.weight, d.rank, d.result, d.shown_slot, r.id
FROM demands d JOIN reservations r ON r.demand = d.id WHERE d.opening IS NOT NULL ORDER BY d.number"""
ALONE = """SELECT r.id FROM demands d JOIN reservations r ON r.demand = d.id
WHERE d.lines = 1 AND d.opening IS NULL AND r.half IS NULL ORDER BY r.id"""


async def _said(url: str, sql: str) -> list[tuple[Any, ...]]:
    line = await asyncpg.connect(url)
    try:
        return [tuple(record) for record in await line.fetch(sql)]
    finally:
        await line.close()


def _together(found: list[tuple[Any, ...]]) -> Counter[tuple[str, ...]]:
    """Which reservations stand together, and at which place, whatever their act was called."""
    return Counter(tuple(lines) for _, lines in found)


async def test_each_wish_is_a_demand_whose_lines_are_its_choices(before: str, carried_on: str) -> None:
    kept = _together(await _said(before, WISHES))
    assert kept.total() == 1
    assert _together(await _said(carried_on, RANKED)) == kept


async def test_both_halves_of_a_class_are_of_one_line(before: str, carried_on: str) -> None:
    kept = _together(await _said(before, HALVES))
    assert kept.total() == 1
    assert _together(await _said(carried_on, IN_HALVES)) == kept


async def test_a_demand_of_a_draw_keeps_its_number_its_weight_its_rank_and_its_public_slot(
    before: str, carried_on: str
) -> None:
    kept = await _said(before, DRAWN)
    assert len(kept) > 2
    assert await _said(carried_on, IN_DRAWS) == kept


async def test_whoever_waits_has_a_demand_of_one_line(before: str, carried_on: str) -> None:
    kept = await _said(before, WAITING)
    assert kept
    assert await _said(carried_on, ALONE) == kept
