"""The acting user of the database may do what the statements of acts do, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from booking.commands.rights import LET_GO, NEVER_REWRITTEN, ONLY_READ, granting, needed
from booking.piccolo_app import APP_CONFIG as OF_BOOKING
from booking.programme.records.take_back import TABLES
from tests.architecture.sql import ROOT
from tests.architecture.test_sql import statements
from workshops.piccolo_app import APP_CONFIG as OF_WORKSHOPS

EVERY = {table.__name__: table._meta.tablename for one in (OF_BOOKING, OF_WORKSHOPS) for table in one.table_classes}
# What only the owner does: a trial's examples laid and taken away.
OWNERS = {"booking/demo/fill.py", "booking/demo/forget.py"}
# And the sums made anew.
MADE_ANEW = {"tallies"}
# An import is taken back whole, by statements that its tables make.
TAKEN_BACK = {table._meta.tablename for table in TABLES}
# Whose `.delete()` no tool can follow to a table: the lines of a course and its parts, which an import takes back too.
FOLLOWED = {"workshops/programmes/bts1/keep_lines.py", "workshops/programmes/bts1/draft_course.py"}
OTHERS = "PREPARE|SHOW|SET|LOCK|ALTER|DO|TRUNCATE|$"


@pytest.fixture
async def probe(db):
    """A connection of the owner that can be somebody who has every right but one."""
    from tests.conftest import URL  # noqa: PLC0415 - of this run

    connection = await asyncpg.connect(URL)
    with suppress(asyncpg.DuplicateObjectError):
        await connection.execute("CREATE ROLE nearly_all")
    yield connection
    await connection.execute("RESET ROLE; DROP OWNED BY nearly_all")
    await connection.close()


async def needing(probe: asyncpg.Connection, right: str) -> set[str]:
    """The tables on which some statement of an act cannot run without a right."""
    others = ", ".join({"SELECT", "INSERT", "UPDATE", "DELETE"} - {right})
    await probe.execute(
        f"""DROP OWNED BY nearly_all; GRANT {others} ON ALL TABLES IN SCHEMA public TO nearly_all;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO nearly_all; SET ROLE nearly_all"""
    )
    found = set[str]()
    for sent in statements():
        if sent.file not in OWNERS and not re.match(rf"\s*(?:{OTHERS})", sent.sql or ""):
            found |= {table async for table in _refused(probe, sent.sql or "", right)}
    await probe.execute("RESET ROLE")
    return found


async def _refused(probe: asyncpg.Connection, sql: str, right: str) -> AsyncIterator[str]:
    """The tables of a statement that refuse it, one after the other, until it passes."""
    given = set[str]()
    while True:
        try:
            await probe.execute(f"EXPLAIN (GENERIC_PLAN) {sql}")
            break
        except asyncpg.InsufficientPrivilegeError as error:
            (table,) = re.findall(r"(?:table|view) (\w+)$", str(error))
            assert table not in given, sql
            given.add(table)
            yield table
            await probe.execute(f"RESET ROLE; GRANT {right} ON {table} TO nearly_all; SET ROLE nearly_all")
    for table in given:
        await probe.execute(f"RESET ROLE; REVOKE {right} ON {table} FROM nearly_all; SET ROLE nearly_all")


def built(act: str) -> tuple[set[str], set[str]]:
    """The tables on which the query builder is asked for an act, and the files in which nobody sees on which."""
    known, unknown = set[str](), set[str]()
    for file in sorted((*ROOT.glob("booking/**/*.py"), *ROOT.glob("workshops/**/*.py"))):
        name, tree = str(file.relative_to(ROOT)), ast.parse(file.read_text())
        if name in OWNERS:
            continue
        loops = {
            one.target.id: [each.id for each in one.iter.elts if isinstance(each, ast.Name)]
            for one in ast.walk(tree)
            if isinstance(one, ast.For) and isinstance(one.target, ast.Name) and isinstance(one.iter, ast.Tuple)
        }
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == act):
                continue
            of = call.func.value
            names = [of.id, *loops.get(of.id, [])] if isinstance(of, ast.Name) else []
            its = {EVERY[one] for one in names if one in EVERY}
            known |= its
            if act == "delete" and not its:
                unknown.add(name)
    return known, unknown


async def test_lines_go_of_the_tables_of_which_some_act_takes_lines_away_and_of_no_other(probe):
    taken, unseen = built("delete")
    assert unseen <= FOLLOWED
    assert (await needing(probe, "DELETE") | taken | TAKEN_BACK) - MADE_ANEW == LET_GO


async def test_lines_are_rewritten_where_some_act_rewrites_or_locks_them_and_nowhere_else(probe):
    rewritten = await needing(probe, "UPDATE") | built("update")[0] | TAKEN_BACK
    assert set(EVERY.values()) - rewritten == NEVER_REWRITTEN
    assert set(EVERY.values()) & ONLY_READ == set()


async def test_every_statement_of_an_act_passes_for_the_acting_user(probe):
    refused = {}
    await probe.execute("DROP OWNED BY nearly_all")
    await probe.execute(granting("nearly_all"))
    await probe.execute("SET ROLE nearly_all")
    for sent in statements():
        if sent.file not in OWNERS and not re.match(rf"\s*(?:{OTHERS})", sent.sql or ""):
            try:
                await probe.execute(f"EXPLAIN (GENERIC_PLAN) {sent.sql}")
            except asyncpg.InsufficientPrivilegeError as error:
                refused[sent.place] = str(error)
    assert refused == {}


def test_what_acts_need_on_a_table_is_said_once():
    assert [sorted(needed(name)) for name in ("events", "final_reports", "slots", "sessions", "migration")] == [
        ["DELETE", "INSERT", "SELECT"],
        ["INSERT", "SELECT"],
        ["INSERT", "SELECT", "UPDATE"],
        ["DELETE", "INSERT", "SELECT", "UPDATE"],
        ["SELECT"],
    ]
    assert needed("built", view=True) == {"SELECT"}
