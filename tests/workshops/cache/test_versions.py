"""Whatever is written of what a kept answer reads raises a version; no act waits for another there.

A standby sees commits in its own time, and its list of slots is as fresh as what it sees.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from asyncpg import Connection

from booking.mails.digest.queries import empty
from booking.programme.consortium.queries import consortium
from booking.programme.contributions.queries import hours_given
from booking.programme.figures.compose import KINDS
from booking.programme.figures.of_departments import figures_seen
from booking.programme.figures.publish import publish
from booking.programme.figures.queries import sheet
from booking.programme.outreach.queries import never_came
from tests import builders
from tests.browsing import Browser
from tests.builders import NOW
from tests.replica import Pair, Server, primary_and_standby
from tests.statements import statements_of
from workshops.cache.versions import VersionedCache
from workshops.companies.queries import known_places
from workshops.coverage.queries import coverage_by_area
from workshops.database import current_engine, engine_for, open_pool, rows, transaction, value
from workshops.equity.colleges import base_rates
from workshops.equity.queries import equity
from workshops.offer.queries import objects_on_offer, slots_on_offer, slots_on_offer_json
from workshops.offer.rules import Search
from workshops.programmes.targets.metrics import METRICS
from workshops.results.behind import awaited
from workshops.results.measure import progress
from workshops.results.queries import breakdown, whole
from workshops.results.trace import VisitsToTrace, trace
from workshops.schools.queries import departments
from workshops.scope import of_departments


class Asked:
    """A question that counts how often it is put."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        return self.times


async def test_an_answer_is_kept_while_nothing_of_it_is_written_and_the_oldest_makes_room(db):
    kept, ask = VersionedCache[int](size=2), Asked()
    assert [await kept.answer(key, ask) for key in "aabcba"] == [1, 1, 2, 3, 2, 4]


async def test_an_answer_is_asked_again_once_something_of_it_is_written(db):
    async def ask() -> int:
        return int(await value("SELECT count(*) FROM tech_objects"))

    kept = VersionedCache[int]()
    answers = [await kept.answer("objects", ask)]
    for _ in range(3):
        await builders.tech_object()
        answers.append(await kept.answer("objects", ask))
    assert answers == [0, 1, 2, 3]


async def test_what_is_written_elsewhere_leaves_it(db):
    kept, ask = VersionedCache[int](), Asked()
    slot = await builders.slot()
    answers = [await kept.answer("slots", ask)]
    await builders.account()
    await builders.target()
    await rows("UPDATE slots SET seats = seats + 1 WHERE id = $1 AND state = 'done'", slot)
    assert [*answers, await kept.answer("slots", ask)] == [1, 1]


async def test_what_speaks_of_one_lycee_outlives_a_change_at_another(db):
    kept, ask = VersionedCache[int](), Asked()
    own, other = await builders.slot(), await builders.slot()
    uai = await value("SELECT uai FROM schools h JOIN slots s ON s.school = h.id WHERE s.id = $1", own)

    async def all_and_own() -> tuple[int, int]:
        return await kept.answer("all", ask), await kept.answer("own", ask, lycee=uai)

    answers = [await all_and_own()]
    for slot in (other, own):
        await rows("UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1", slot)
        answers.append(await all_and_own())
    await rows("UPDATE schools SET name = name || ' !'")
    assert [*answers, await all_and_own()] == [(1, 2), (3, 2), (4, 5), (6, 7)]


async def test_what_an_act_sees_before_its_end_is_kept_for_nobody(db):
    async def ask() -> int:
        return int(await value("SELECT count(*) FROM tech_objects"))

    class Undone(Exception):
        pass

    kept = VersionedCache[int]()
    answers = [await kept.answer("objects", ask)]
    try:
        async with transaction():
            await builders.tech_object()
            answers.append(await kept.answer("objects", ask))
            raise Undone()
    except Undone:
        answers.append(await kept.answer("objects", ask))
    await builders.tech_object()
    await builders.tech_object()
    assert [*answers, await kept.answer("objects", ask)] == [0, 1, 0, 2]


async def test_what_is_written_while_an_answer_is_made_is_not_in_it(db):
    async def ask() -> tuple[int, int]:
        first = await value("SELECT count(*) FROM tech_objects")
        async with db.pool.acquire() as another:
            await another.execute(
                "INSERT INTO tech_objects (name) VALUES ('Objet écrit entre-temps ' || $1)", str(first)
            )
        return first, await value("SELECT count(*) FROM tech_objects")

    kept = VersionedCache[tuple[int, int]]()
    assert [await kept.answer("objects", ask) for _ in range(2)] == [(0, 0), (1, 1)]


async def test_what_many_ask_for_at_once_is_made_once(db):
    kept, ask = VersionedCache[int](), Asked()
    assert await asyncio.gather(*(kept.answer("slots", ask) for _ in range(5))) == [1] * 5


async def test_whoever_asks_while_it_is_made_is_told_what_is_read_after(db):
    begun, goes_on, times = asyncio.Event(), asyncio.Event(), []

    async def ask() -> int:
        times.append(int(await value("SELECT count(*) FROM tech_objects")))
        begun.set()
        await goes_on.wait()
        return times[-1]

    kept = VersionedCache[int]()
    first = asyncio.create_task(kept.answer("objects", ask))
    await begun.wait()
    await builders.tech_object()
    later = [asyncio.create_task(kept.answer("objects", ask)) for _ in range(3)]
    await asyncio.sleep(0.05)
    goes_on.set()
    assert [await first, *[await one for one in later]] == [0, 1, 1, 1]
    assert times == [0, 1]


ROOT = Path(__file__).parents[3]
# Where answers are kept; the test below asks each of them.
KEPT = {
    "booking/web/public/search_page.py",
    "booking/web/public/map.py",
    "booking/programme/figures/of_departments.py",
    "booking/programme/figures/publish.py",
    "booking/programme/figures/queries.py",
    "booking/programme/consortium/queries.py",
    "booking/programme/contributions/queries.py",
    "workshops/offer/queries.py",
    "workshops/results/queries.py",
    "workshops/equity/colleges.py",
    "workshops/equity/queries.py",
    "workshops/coverage/queries.py",
    "workshops/companies/queries.py",
    "workshops/results/measure.py",
    "workshops/results/behind.py",
    "workshops/results/trace.py",
    "workshops/schools/queries.py",
    "booking/programme/outreach/queries.py",
    "booking/mails/digest/queries.py",
}
WISH = "niveau=4e&eleves=24&departement=25&objet=1&entreprises=1&vacances=A"
SEARCHES = (
    *("", "tri=date", "vue=mois", WISH, f"{WISH}&tri=date", f"{WISH}&vue=mois"),
    *("niveau=4e&eleves=45", "niveau=4e&eleves=59&du=2027-03-01"),
)
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
        await known_places()
        await never_came()
        await empty(now=NOW, most=1, departments=["25"])
        await base_rates(2026)
        await hours_given(**period)

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


BOOK = "UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1"
SEATS = 24


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with primary_and_standby() as both:
        yield both


@pytest.fixture
def asked(monkeypatch):
    """`async with asked(server):` what is read inside is read there."""

    @asynccontextmanager
    async def of(server: Server):
        monkeypatch.setattr("booking.piccolo_conf.DB", engine_for(server.url))
        async with open_pool(size=2):
            yield

    return of


async def free_seats() -> tuple[int, int]:
    """Of the only slot: as the kept list tells it, and as it is."""
    filters = Search()
    (kept,) = msgspec.json.decode((await slots_on_offer_json(filters, now=NOW)).answer)["items"]
    (now,) = (await slots_on_offer(filters, now=NOW)).items
    return kept["seats_free"], now.seats_free


async def test_a_booking_is_seen_on_a_standby_while_a_longer_act_goes_on(pair: Pair, asked):
    """The longer act is the older one: what PostgreSQL calls its snapshot there is the same text before and after."""
    async with asked(pair.primary):
        slot = await builders.slot(seats=SEATS, starts_at=NOW + timedelta(days=30))
    longer, booking, other = [await asyncpg.connect(pair.primary.url) for _ in range(3)]
    acts = [one.transaction() for one in (longer, booking)]
    for connection, act in zip((longer, booking), acts, strict=True):
        await act.start()
        await connection.execute("CREATE TEMPORARY TABLE goes_on (id int)")
    for _ in range(SEATS):
        await booking.execute(BOOK, slot)
    await other.execute("INSERT INTO departments (code, name) VALUES ('2B', 'Haute-Corse')")
    async with asked(pair.standby):
        pair.catch_up()
        assert await free_seats() == (SEATS, SEATS)
        await acts[1].commit()
        pair.catch_up()
        assert await free_seats() == (0, 0)
        await acts[0].rollback()
        # In as many commits.
        for taken in range(1, SEATS + 1):
            await other.execute("UPDATE slots SET seats_taken = $2 WHERE id = $1", slot, taken)
            pair.catch_up()
            assert await free_seats() == (SEATS - taken, SEATS - taken)
    for connection in (longer, booking, other):
        await connection.close()


async def test_what_one_server_showed_is_not_told_of_another(pair: Pair, asked):
    """Each may have seen two acts in another order, under the same versions; nor is a standby's the next primary's."""
    told: list[str] = []

    async def ask() -> str:
        told.append("asked")
        return f"answer {len(told)}"

    kept = VersionedCache[str]()
    for server in (pair.primary, pair.standby, pair.standby):
        async with asked(server):
            await kept.answer("slots", ask)
    pair.standby.promote()
    async with asked(pair.standby):
        assert await kept.answer("slots", ask) == "answer 3"
