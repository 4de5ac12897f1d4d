"""Whatever is written of what a kept answer reads raises a version; no act waits for another there."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from asyncpg import Connection

from booking.mails.digest.queries import empty
from booking.programme.consortium.queries import consortium
from booking.programme.figures.compose import KINDS
from booking.programme.figures.of_departments import figures_seen
from booking.programme.figures.publish import publish
from booking.programme.figures.queries import sheet
from booking.programme.outreach.queries import to_come_by_department
from tests import builders
from tests.browsing import Browser
from tests.builders import NOW
from tests.statements import statements_of
from workshops.coverage.queries import coverage_by_area
from workshops.database import current_engine, rows, transaction
from workshops.equity.base_rates import base_rates
from workshops.equity.queries import equity
from workshops.offer.queries import objects_on_offer, slots_on_offer_json
from workshops.offer.rules import Search
from workshops.programmes.metrics import METRICS
from workshops.results.awaited import awaited
from workshops.results.measure import progress
from workshops.results.queries import breakdown, whole
from workshops.results.trace import VisitsToTrace, trace
from workshops.schools.queries import departments
from workshops.scope import of_departments

ROOT = Path(__file__).parents[3]
# Where answers are kept; the test below asks each of them.
KEPT = {
    "booking/web/public/search_page.py",
    "booking/web/public/map.py",
    "booking/programme/figures/of_departments.py",
    "booking/programme/figures/publish.py",
    "booking/programme/figures/queries.py",
    "booking/programme/consortium/queries.py",
    "workshops/offer/queries.py",
    "workshops/results/queries.py",
    "workshops/equity/base_rates.py",
    "workshops/equity/queries.py",
    "workshops/coverage/queries.py",
    "workshops/results/measure.py",
    "workshops/results/awaited.py",
    "workshops/results/trace.py",
    "workshops/schools/queries.py",
    "booking/programme/outreach/queries.py",
    "booking/mails/digest/queries.py",
}
WISH = "niveau=4e&eleves=24&departement=25&objet=1&entreprises=1&vacances=A"
SEARCHES = ("", "vue=mois", WISH, f"{WISH}&vue=mois", "niveau=4e&eleves=45", "niveau=4e&eleves=59&du=2027-03-01")
EVERY_WISH = Search(
    **{"level": "5e", "pupils": 20, "department": "25", "school": "0250001R", "tech_object": 1, "company_places": 1},
    **{"only_free": True, "zone": "A", "college": 1, "near": (47.24, 6.02), "km": 50.0},
)
RAISED = """
SELECT c.relname AS table, t.tgtype & 28 AS acts FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgfoid IN (SELECT oid FROM pg_proc WHERE proname LIKE 'raised\\_by\\_%') AND t.tgenabled = 'O'
"""
GIVEN = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'"
# An insertion, a deletion, an update, as pg_trigger writes them.
EACH_ACT = {4, 8, 16}


def tables_of(plan: Any) -> set[str]:
    """The tables that a plan of PostgreSQL reads."""
    if isinstance(plan, list):
        return set().union(*map(tables_of, plan))
    if isinstance(plan, dict):
        own = {plan["Relation Name"]} if "Relation Name" in plan else set()
        return own.union(*map(tables_of, plan.values()))
    return set()


async def read_by(app) -> set[str]:
    """Each table that any of the kept answers reads, as PostgreSQL plans the statements that are sent for it."""
    browser = Browser(app)

    async def every_answer() -> None:
        for search in SEARCHES:
            await browser.get(f"/creneaux?{search}")
        await browser.get("/creneaux/carte")
        await slots_on_offer_json(EVERY_WISH, now=NOW)
        await objects_on_offer(EVERY_WISH, now=NOW)
        await publish(now=NOW)
        await consortium(now=NOW)
        period = {"from_on": date(2024, 9, 1), "to_on": date(2027, 8, 31)}
        await whole(**period)
        await breakdown(**period, now=NOW)
        for kind in KINDS:
            await sheet(kind, now=NOW)
        await equity(**period)
        await coverage_by_area(2026)
        await figures_seen(of_departments(("25",), ()), now=NOW)
        await progress(now=NOW)
        await awaited(**period, now=NOW)
        await trace(VisitsToTrace(priorities=("REP",), setting="rural", distance="0-10"), **period)
        await departments()
        await to_come_by_department()
        await empty(now=NOW, most=1, departments=["25"])
        await base_rates(2026)

    asked = dict.fromkeys(await statements_of(every_answer))
    async with current_engine().pool.acquire() as connection:
        return set().union(*[tables_of(json.loads(await plan_of(statement, connection))) for statement in asked])


async def plan_of(statement: str, connection: Connection) -> str:
    """As it is for any parameters."""
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE asked AS {statement}")
    given = await connection.fetchval(GIVEN)
    nulls = f"({', '.join(['NULL'] * given)})" if given else ""
    plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nulls}")
    await connection.execute("DEALLOCATE asked; RESET plan_cache_mode")
    return str(plan)


async def test_every_table_that_a_kept_answer_reads_raises_a_version(app):
    app.state.clock = lambda: NOW
    for metric in METRICS:
        await builders.target(programme=metric.key[0], metric=metric.key[1])
    for _ in range(2):
        await builders.slot(seats=24, starts_at=NOW + timedelta(days=30))
    raising: dict[str, set[int]] = {}
    for one in await rows(RAISED):
        raising.setdefault(one["table"], set()).add(one["acts"])
    # Whose session, and by which key, is asked before the answer.
    assert await read_by(app) - {"versions", "sessions", "api_tokens"} == set(raising)
    assert [table for table, acts in raising.items() if acts != EACH_ACT] == []


def test_every_place_where_answers_are_kept_is_asked():
    files = chain.from_iterable((ROOT / package).rglob("*.py") for package in ("workshops", "booking"))
    keeping = {str(one.relative_to(ROOT)) for one in files if re.search(r"= VersionedCache\(", one.read_text())}
    assert keeping == KEPT


async def test_acts_on_the_same_lycees_in_any_order_wait_for_nobody(app):
    """Forty at once, each on slots of its own: only the lycées' versions are what they share."""
    one, other = await builders.workshop(), await builders.workshop()
    slots = [[await builders.slot(workshop=workshop) for workshop in (one, other)] for _ in range(40)]
    before = await versions()

    async def shift(pair: list[int]) -> None:
        async with transaction():
            for slot in pair:
                await rows("UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1", slot)
                await asyncio.sleep(0.01)

    ends = await asyncio.gather(
        *(shift(pair[:: 1 if n % 2 else -1]) for n, pair in enumerate(slots)), return_exceptions=True
    )
    after = await versions()
    assert Counter(map(repr, ends)) == {"None": 40}
    # Once a transaction and a lycée, whichever line of it was free.
    assert {scope: after[scope] - before[scope] for scope in after if after[scope] != before[scope]} == dict.fromkeys(
        (await school_of(one), await school_of(other)), 40
    )


async def versions() -> dict[int, int]:
    return {one["scope"]: one["sum"] for one in await rows("SELECT scope, sum(raised) FROM versions GROUP BY scope")}


async def school_of(workshop: int) -> int:
    return (await rows("SELECT school FROM workshops WHERE id = $1", workshop))[0]["school"]
