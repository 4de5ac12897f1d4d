"""When a figure is no longer fine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.outbox.watch.rules import Check, judged, serves

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
WELL = {
    "database": True,
    "lacking": 0,
    "tables": True,
    "oldest_at": None,
    "beat_at": NOW,
    "lag": None,
    "streaming": 0,
    "standbys": 0,
    "free": 50_000_000_000,
    "queue": True,
    "now": NOW,
}


def test_all_is_well():
    assert [name for name, one in judged(**WELL).items() if not one.ok] == []


@pytest.mark.parametrize(
    ("told", "part", "check", "served"),
    [
        ({"database": False, "lacking": None}, "database", Check(False, None, stops=True), False),
        ({"tables": False}, "migrations", Check(False, 0, stops=True), False),
        ({"lacking": 2}, "migrations", Check(False, 2, stops=True), False),
        ({"free": 99_000_000}, "disk", Check(False, 99_000_000, stops=True), False),
        ({"free": 500_000_000}, "disk", Check(False, 500_000_000), True),
        ({"beat_at": NOW - timedelta(minutes=10)}, "worker", Check(False, 600.0), True),
        ({"beat_at": None}, "worker", Check(False, None), True),
        ({"oldest_at": NOW - timedelta(minutes=6)}, "outbox", Check(False, 360.0), True),
        ({"oldest_at": NOW - timedelta(minutes=4)}, "outbox", Check(True, 240.0), True),
        ({"lag": 11.0}, "replicas", Check(False, 11.0), True),
        ({"streaming": 2, "standbys": 2}, "standbys", Check(True, 2), True),
        ({"streaming": 1, "standbys": 2}, "standbys", Check(False, 1), True),
        ({"streaming": None, "standbys": 2}, "standbys", Check(False, None), True),
        ({"queue": False}, "queue", Check(False), True),
    ],
)
def test_what_is_not_well_is_said_and_stops_the_service_or_not(told, part, check, served):
    checks = judged(**(WELL | told))
    assert (checks[part], serves(checks)) == (check, served)
