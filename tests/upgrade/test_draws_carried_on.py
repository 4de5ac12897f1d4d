"""A draw that was held before is read and replayed as it was: by its page's lines, and by the command."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import asyncpg

from tests.booking.web.public.test_opening import run_the_lines_of_the_page
from tests.browsing import Browser, read
from tests.command_line import technilab
from tests.upgrade.test_carried_on import site

__all__ = ["site"]
HELD = "SELECT id FROM openings WHERE drawn_at IS NOT NULL"
WAITS = "SELECT id FROM openings WHERE draws_at IS NOT NULL AND drawn_at IS NULL"
DEMANDS = """SELECT number, weight, slot, rank, nullif(result, '') FROM draw_demands WHERE opening = $1
ORDER BY coalesce(rank, 2147483647), number"""


def told(url: str, sql: str, *args: object) -> list[tuple[object, ...]]:
    async def ask() -> list[tuple[object, ...]]:
        line = await asyncpg.connect(url)
        try:
            return [tuple(record) for record in await line.fetch(sql, *args)]
        finally:
            await line.close()

    return asyncio.run(ask())


def test_the_command_replays_it_from_the_database(carried_on: str, home: Path) -> None:
    [(opening,)] = told(carried_on, HELD)
    said = technilab("draw", str(opening), home=home, DATABASE_URL=carried_on)
    ranked = len([line for line in told(carried_on, "SELECT rank FROM demands WHERE opening = $1", opening) if line[0]])
    words = f"Égal : {ranked} demande{'s' if ranked > 1 else ''}, dans l'ordre que donne la graine.\n"
    assert (said.returncode, said.stdout, said.stderr) == (0, words, "")


def test_one_that_waits_for_its_hour_is_rehearsed(carried_on: str, home: Path) -> None:
    [(opening,)] = told(carried_on, WAITS)
    said = technilab("draw", str(opening), "--dry-run", home=home, DATABASE_URL=carried_on)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Essai : 1 demande : ")


async def test_its_page_and_its_list_say_each_slot_and_replay(before: str, site, home: Path) -> None:
    [(opening,)] = await asyncio.to_thread(told, before, HELD)
    demands = await asyncio.to_thread(told, before, DEMANDS, opening)
    visitor = Browser(site)
    answer = await visitor.get(f"/tirages/{opening}/liste.json")
    listed = json.loads(answer.content)
    names = ("number", "weight", "slot_id", "rank", "result")
    assert [tuple(demand[name] for name in names) for demand in listed["demands"]] == demands
    assert (listed["file_digest"], listed["places_left"]) == (None, None)
    kept = home / f"tirage-{opening}.json"
    kept.write_bytes(answer.content)
    page = await visitor.get(f"/tirages/{opening}")
    assert "pour un créneau" in read(page)
    run_the_lines_of_the_page(page.text, beside=home)
    said = await asyncio.to_thread(technilab, "draw", str(kept), home=home)
    assert said.stdout.startswith("Égal : ")
