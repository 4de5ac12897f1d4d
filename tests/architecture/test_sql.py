"""PostgreSQL understands every SQL statement, and what it reads is what the dataclass that it fills expects."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace

from booking.programme.records.read_lines import SHEETS
from tests.architecture.sql import Sent, every_statement
from workshops.database.row_types import is_row_type
from workshops.offer.by_workshop import workshops_on_offer
from workshops.offer.pair import Ways, pairs_on_offer, partners_on_offer, ways_on_offer
from workshops.offer.places import areas_with_slots, lycees_with_slots
from workshops.offer.queries import count_on_offer, days_on_offer, found_on_offer, objects_on_offer, slots_on_offer
from workshops.offer.rules import ListPlace, Search, WorkshopPlace, cursor_of
from workshops.programmes.targets.metrics import METRICS
from workshops.results.behind import groups_behind
from workshops.results.totals import TargetShare
from workshops.results.trace import VisitsToTrace, trace
from workshops.scope import EVERYTHING

NOW = datetime.fromisoformat("2026-11-26T10:00:00+01:00")
FROM_ON, TO_ON = date(2026, 9, 1), date(2027, 8, 31)
# Put together for each question, from pieces that depend on it: no text of theirs can be found, so they are asked.
PUT_TOGETHER = {
    "booking/programme/records/sheet.py",
    "workshops/imports/whole_rows.py",
    "workshops/offer/by_workshop.py",
    "workshops/offer/pair.py",
    "workshops/offer/places.py",
    "workshops/offer/queries.py",
    "workshops/results/totals.py",
    "workshops/results/trace.py",
    "workshops/results/behind.py",
}
OFFERS = {
    "everything": Search(),
    "every wish": Search(
        **{"from_on": FROM_ON, "to_on": TO_ON, "level": "5e", "pupils": 20, "department": "25", "school": "0250001R"},
        **{
            "tech_object": 1,
            "workshop": 1,
            "company_places": 1,
            "only_open": True,
            "only_free": True,
            "zone": "A",
            "college": 1,
        },
        cursor=cursor_of(ListPlace(NOW, 1, None)),
    ),
    "around": Search(near=(47.24, 6.02), km=50.0),
    "in any way": Search(pupils=27, takes="any"),
    "on the map": Search(near=(47.24, 6.02)),
    "the nearest": Search(near=(47.24, 6.02), by_distance=True, cursor=cursor_of(ListPlace(NOW, 1, 12.5))),
}
BEHIND = [
    {},
    *({"school": "0250001R"}, {"college": "0250001R"}, {"department": "25"}, {"level": "5e"}, {"object": 1}),
    *({"company": "55208131766522"}, {"priorities": ("REP",)}, {"setting": "rural"}, {"distance": "30"}),
    *({"apart": True}, {"declared": True}, {"department": "25", "level": "5e"}),
]
PYTHON = {
    **dict.fromkeys(("int2", "int4", "int8"), int),
    **dict.fromkeys(("text", "varchar"), str),
    **{"float8": float, "bool": bool, "bytea": bytes, "uuid": UUID, "numeric": Decimal},
    **{"date": date, "time": time, "timestamptz": datetime, "interval": timedelta},
}


def statements() -> list[Sent]:
    """Every one whose text stands in the code; what stands behind the figure of each metric is chosen by the target."""
    return [
        *(sent for sent in every_statement() if sent.sql is not None),
        *(Sent(f"metrics.py {one.key}", 0, one.behind, TargetShare) for one in METRICS if one.behind),
        *(Sent(f"metrics.py {one.key} dated", 0, one.dated, None) for one in METRICS if one.dated),
    ]


@dataclass(frozen=True)
class Hall:
    seats: int
    name: str
    rented: bool = False


@pytest.fixture
async def connection(db):
    async with db.pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        yield connection
        await connection.execute("RESET plan_cache_mode")


async def test_postgresql_understands_every_statement(connection: asyncpg.Connection):
    refused = {}
    for sent in statements():
        try:
            await connection.prepare(sent.sql)
        except asyncpg.PostgresError as error:
            refused[sent.place] = str(error)
    assert refused == {}


async def test_no_statement_has_the_driver_ask_for_a_type(db):
    class Asking(asyncpg.Connection):
        async def _introspect_types(self, types: Collection[int], within: float) -> Any:
            asked.extend(types)
            return await super()._introspect_types(types, within)

    asked: list[int] = []
    connection = await db.hosts.connect(connection_class=Asking)
    try:
        for sent in statements():
            await connection.prepare(sent.sql)
    finally:
        await connection.close()
    assert asked == []


async def test_postgresql_understands_what_is_put_together_for_each_question(db):
    assert {sent.file for sent in every_statement() if sent.sql is None} == PUT_TOGETHER
    for filters in OFFERS.values():
        alone = replace(filters, cursor=None)
        assert (await slots_on_offer(filters, now=NOW)).items == []
        assert await count_on_offer(alone, now=NOW) == (await found_on_offer(alone, now=NOW)).slots == 0
        assert await days_on_offer(alone, now=NOW) == []
        after = replace(filters, cursor=WorkshopPlace(0, 1.0, NOW, 1).cursor)
        for search in (alone, after):
            assert (await workshops_on_offer(search, dates=3, now=NOW)).items == []
        assert await ways_on_offer(filters, pupils=27, now=NOW) == Ways(0, 0, 0, 0)
        assert await pairs_on_offer(filters, pupils=27, limit=5, now=NOW) == []
        assert await partners_on_offer(filters, pupils=27, slots=[1], now=NOW) == []
        assert await pairs_on_offer(filters, pupils=27, slot=1, limit=5, now=NOW) == []
        assert await objects_on_offer(filters, now=NOW) == []
        assert await lycees_with_slots(filters, now=NOW) == []
        assert await areas_with_slots(filters, now=NOW) == []
    for narrowed in BEHIND:
        assert (await trace(VisitsToTrace(**narrowed), from_on=FROM_ON, to_on=TO_ON)).visits == []
        assert await groups_behind(VisitsToTrace(**narrowed), from_on=FROM_ON, to_on=TO_ON) == []
    for sheet in SHEETS.values():
        assert await sheet.stored(scope=EVERYTHING) == []


async def test_what_a_statement_reads_is_what_its_dataclass_expects(connection: asyncpg.Connection):
    differing = {}
    for sent in statements():
        if sent.shape is not None:
            prepared = await connection.prepare(sent.sql)
            read = {one.name: one.type.name for one in prepared.get_attributes()}
            if told := list(_differences(read, sent.shape)):
                differing[sent.place] = told
    assert differing == {}


async def test_a_field_that_is_never_empty_reads_a_column_that_never_is(connection: asyncpg.Connection):
    """Where the column can be seen: as it stands in its table, not the value of an expression or of a subquery."""
    required = await _required(connection)
    empty, seen = {}, 0
    for sent in statements():
        if sent.shape is not None:
            columns = await _columns(connection, sent.sql)
            asked, _ = _asked_by(sent.shape)
            seen += len(columns)
            told = [name for name, its in columns.items() if its not in required and not _may_be_empty(asked[name])]
            empty |= {sent.place: told} if told else {}
    assert empty == {}
    assert seen > 1000


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 1 AS seats, 'x' AS name", []),
        ("SELECT 1 AS seats", ["name: no column"]),
        ("SELECT 1 AS seats, 'x' AS name, now() AS at", ["at: no field"]),
        ("SELECT 1.5 AS seats, 'x' AS name", ["seats: numeric for int"]),
        ("SELECT ARRAY[1] AS seats, 'x' AS name", ["seats: int4[] for int"]),
    ],
)
async def test_a_difference_is_seen(connection: asyncpg.Connection, sql: str, told: list[str]):
    prepared = await connection.prepare(sql)
    assert list(_differences({one.name: one.type.name for one in prepared.get_attributes()}, Hall)) == told


async def test_a_column_that_may_be_empty_is_seen(connection: asyncpg.Connection):
    required = await _required(connection)
    read = await _columns(
        connection,
        """SELECT s.id, s.room, w.title, r.name, coalesce(r.name, '') AS told
           FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms r ON r.id = s.room WHERE s.id = $1""",
    )
    assert {name: its in required for name, its in read.items()} == {
        **{"id": True, "room": False, "title": True, "name": False},
    }


def _differences(read: dict[str, str], shape: type) -> Iterator[str]:
    asked, spared = _asked_by(shape)
    yield from (f"{name}: no column" for name in asked if name not in read and name not in spared)
    yield from (f"{name}: no field" for name in read if name not in asked)
    for name in asked:
        if name in read and not _fits(read[name], asked[name]):
            yield f"{name}: {read[name]} for {getattr(asked[name], '__name__', asked[name])}"


def _asked_by(shape: type) -> tuple[dict[str, Any], set[str]]:
    """The columns that a shape is filled from, its parts' included, and those that it can go without."""
    asked: dict[str, Any] = {}
    spared: set[str] = set()
    defaults = _defaults(shape)
    for name, hint in get_type_hints(shape).items():
        if is_row_type(hint):
            of_part, spared_by_part = _asked_by(hint)
            asked |= of_part
            spared |= spared_by_part
        else:
            asked[name] = hint
            spared |= {name} & defaults
    return asked, spared


def _defaults(shape: type) -> set[str]:
    """The fields that a shape can be made without."""
    if issubclass(shape, msgspec.Struct):
        return {field.name for field in msgspec.structs.fields(shape) if not field.required}
    return {one.name for one in fields(shape) if (one.default, one.default_factory) != (MISSING, MISSING)}


def _fits(read: str, asked: Any) -> bool:
    if get_origin(asked) in {Union, UnionType}:
        return any(_fits(read, one) for one in get_args(asked) if one is not NoneType)
    if read.endswith("[]"):
        return get_origin(asked) in {list, tuple} and _fits(read.removesuffix("[]"), get_args(asked)[0])
    return PYTHON.get(read) is (str if get_origin(asked) is Literal else asked)


def _may_be_empty(asked: Any) -> bool:
    return NoneType in get_args(asked)


async def _required(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    """The columns that are never empty."""
    found = await connection.fetch(
        """SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
           WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND a.attnotnull"""
    )
    return {(one["relname"], one["attname"]) for one in found}


async def _columns(connection: asyncpg.Connection, sql: str) -> dict[str, tuple[str, str]]:
    """What a statement reads straight from a table, by name: table and column; no table where a join may find none."""
    prepared = await connection.prepare(sql)
    nothing = ", ".join(["NULL"] * len(prepared.get_parameters()))
    await connection.execute(f"PREPARE asked AS {sql}")
    told = await connection.fetchval(
        f"EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE asked {f'({nothing})' if nothing else ''}"
    )
    await connection.execute("DEALLOCATE asked")
    plan = json.loads(told)[0]["Plan"]
    tables = dict(_tables(plan, outer=False))
    read = {}
    for one, told in zip(prepared.get_attributes(), plan.get("Output", []), strict=False):
        if plain := re.fullmatch(r'(?:"?(\w+)"?\.)?"?(\w+)"?', told):
            alias = plain[1] or (next(iter(tables)) if len(tables) == 1 else "")
            if tables.get(alias) is not None:
                read[one.name] = (tables[alias], plain[2])
    return read


def _tables(node: dict[str, Any], *, outer: bool) -> Iterator[tuple[str, str | None]]:
    """Each alias of a plan with its table, None for a subquery; an empty table name where a join may find nothing."""
    if "Alias" in node:
        yield node["Alias"], ("" if outer else node["Relation Name"]) if "Relation Name" in node else None
    for below in node.get("Plans", []):
        side, kind = below.get("Parent Relationship"), node.get("Join Type")
        lacking = (side, kind) in {("Inner", "Left"), ("Outer", "Right"), ("Inner", "Full"), ("Outer", "Full")}
        yield from _tables(below, outer=outer or lacking)
