"""The bench asks a product that keeps what it acknowledges, by what any version has: its command line and its API."""

from __future__ import annotations

from tests.command_line import ROOT
from tests.load import bench
from tests.load.client import Figure
from tests.load.stock import SETTINGS, stock, told_of

OPERATIONS = [
    *("`GET /health/live`", "page of slots", "`GET /api/v1/slots`, 200 items"),
    *("`invitation.ics`", "`invitation.ics`, held already (304)"),
    *("`POST /api/v1/reservations`, 24 pupils", "the same on 50 slots of one lycée"),
    *("the same at one full slot: refused", "`POST /api/v1/checkins`, one scan", "the same, 50 scans together"),
]


def test_what_is_timed_stands_on_a_database_as_it_comes():
    with stock() as server:
        assert {one: server.ask(f"SHOW {one}") for one in SETTINGS} == dict.fromkeys(SETTINGS, "on")
        ours = "SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'command line'"
        assert server.ask(ours) == "listen_addresses port unix_socket_directories"
        assert told_of(server).endswith(": fsync on, synchronous_commit on, full_page_writes on, autovacuum on")


def test_each_operation_is_asked_of_a_tree_by_its_commands_and_its_keys():
    found, behind = bench.measured(ROOT, seconds=0.5, cache=False)
    assert (list(found), behind) == (OPERATIONS, "")
    assert {what: one.odd for what, one in found.items() if one.odd} == {}
    refused = found["the same at one full slot: refused"].figure.statuses
    assert set(refused) == {409}
    assert all(0 < one.figure.p50_ms <= one.figure.p95_ms <= one.figure.p99_ms for one in found.values())


def test_the_table_is_that_of_the_guide():
    figure = Figure(12_345.6, 0.41, 1.26, 3.0, statuses={200: 1})
    found = {"page of slots": bench.Line(figure, 0.7, 110.0, 40.0, "5 500 a second", {})}
    assert bench.table(found, "45 670", {"page of slots": figure})[2:] == [
        "| page of slots | 12 346 | 0.4, 1.3, 3.0 ms | 0.700 | 0.11 and 0.04 ms | 5 500 a second |"
        " 12 346; 0.4, 1.3, 3.0 ms |",
        "| the same behind the cache (`deploy/nginx/technilab.conf`), by wrk | 45 670 | | | | 30 000 a second | |",
    ]
    assert (ROOT / "docs" / "measured.md").read_text().count(bench.HEAD.strip() + "\n") == 1
