"""A site's first rush: PostgreSQL keeps what it planned when it saw a few lines, while thousands more are written."""

from __future__ import annotations

import re

import pytest

from booking.outbox.notices.deliver import CLAIM
from tests import builders
from tests.owner import by_owner
from workshops.database import owners_transaction, row, rows, value

# Fewer, and all of them are read as fast as one is found.
FEW = 120
# What autovacuum goes by: the lines written since it looked, against a number and a share of those it saw.
LOOKED_AT = """SELECT $2::int > coalesce((SELECT option_value::int FROM pg_options_to_table(reloptions)
  WHERE option_name = $3), 50) + 0.1 * greatest(reltuples, 0)
FROM pg_class WHERE oid = $1::text::regclass"""
# How PostgreSQL itself asks for a line that another one names.
NAMED = "PREPARE named (int) AS SELECT 1 FROM ONLY {table} x WHERE id = $1 FOR KEY SHARE OF x"
COLUMNS = """SELECT string_agg(name, ', ') AS written,
  string_agg(CASE WHEN name IN ('uid', 'offer_salt') THEN 'gen_random_uuid()' ELSE name END, ', ') AS read
FROM (SELECT quote_ident(column_name) AS name FROM information_schema.columns
  WHERE table_name = $1 AND column_name <> 'id') of_table"""


@pytest.mark.parametrize("by", ["autovacuum_analyze_threshold", "autovacuum_vacuum_threshold"])
@pytest.mark.parametrize("table", ["reservations", "events"])
async def test_a_line_is_found_by_its_number_however_few_there_were_when_postgresql_looked(db, table: str, by: str):
    await builders.reservation(slot=await builders.slot(), group=await builders.group(), state="cancelled_by_teacher")
    await rows("INSERT INTO events (at, act, about_kind, about) VALUES (now(), 'slot_opened', 'slot', 1)")
    columns = await row(COLUMNS, table)
    assert columns is not None
    copied = f"SELECT {columns['read']} FROM {table}, generate_series(1, $1) LIMIT $1"
    await rows(f"INSERT INTO {table} ({columns['written']}) {copied}", FEW)
    if await value(LOOKED_AT, table, FEW, by):
        await by_owner(f"ANALYZE {table}")
    async with owners_transaction():
        await rows("SET LOCAL plan_cache_mode = force_generic_plan")
        await rows(NAMED.format(table=table))
        plan = [line for (line,) in await rows("EXPLAIN EXECUTE named (1)")]
        await rows("DEALLOCATE named")
    assert [line for line in plan if "Seq Scan" in line] == [], plan


QUEUED = """INSERT INTO notices (kind, to_email, to_name, about_kind, about, once, next_try_at, created_at, event)
SELECT 'reservation_confirmed', n || '@example.org', '', 'reservation', n, 'queued' || n, now(), now(), $2
FROM generate_series(1, $1) n"""


@pytest.mark.parametrize("sent", [10 * FEW, 30 * FEW])
async def test_a_mail_is_claimed_without_reading_all_that_wait(db, sent: int):
    act = "INSERT INTO events (at, act, about_kind, about) VALUES (now(), 'slot_opened', 'slot', 1) RETURNING id"
    event = await value(act)
    await builders.sent_mails(sent, event=event)
    # As autovacuum does on any quiet day: nothing waits.
    await by_owner("ANALYZE notices")
    async with owners_transaction():
        await rows("SET LOCAL plan_cache_mode = force_generic_plan")
        await rows(f"PREPARE claim (timestamptz, interval, uuid, timestamptz) AS {CLAIM}")
        claim = "EXPLAIN (ANALYZE, TIMING OFF) EXECUTE claim (now(), '50 s', gen_random_uuid(), '1970-01-01')"
        await rows(claim)
        await rows(QUEUED, 20 * FEW, event)
        plan = [line for (line,) in await rows(claim)]
        await rows("DEALLOCATE claim")
    read = [
        line
        for line in plan
        for number in re.findall(r"(?:actual rows=|Removed by .*: )(\d+)", line)
        if int(number) > 3
    ]
    assert read == []
    assert "actual rows=1" in plan[0]
