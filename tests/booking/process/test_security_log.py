"""The security log's files: a day each, kept as long as is set, and small however often somebody knocks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from booking.process import security_log
from booking.process.security_log import FOLDER, _Process, begin_day, forget, note, read, writes_in
from booking.process.settings import SettingsRefused, read_settings

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(_Process, "hour", None)
    return tmp_path


def days(home: Path) -> list[str]:
    return sorted(file.name[:10] for file in (home / FOLDER).iterdir())


def test_a_line_is_kept_for_as_long_as_is_set_and_not_a_day_longer(home: Path, monkeypatch: pytest.MonkeyPatch):
    for age in (0, 1, 182, 183, 184):
        day = NOW - timedelta(days=age)
        (home / FOLDER).mkdir(exist_ok=True)
        (home / FOLDER / f"{day:%Y-%m-%d}.web1.jsonl").write_text("{}\n")
    (home / FOLDER / "notes.txt").write_text("somebody's own")
    assert forget(home, now=NOW, dry_run=True) == 2
    assert forget(home, now=NOW) == 2
    assert days(home) == ["2026-06-02", "2026-11-30", "2026-12-01", "notes.txt"]
    assert forget(home, now=NOW + timedelta(days=1)) == 1
    monkeypatch.setenv("SECURITY_LOG_DAYS", "1")
    assert forget(home, now=NOW) == 1
    assert days(home) == ["2026-12-01", "notes.txt"]


def test_a_process_that_runs_for_days_removes_what_is_old_by_itself(home: Path):
    begin_day(NOW)
    note("signed_in", account=1, now=NOW)
    begin_day(NOW + timedelta(days=182))
    note("signed_in", account=1, now=NOW + timedelta(days=182))
    assert days(home) == ["2026-12-01", "2027-06-01"]
    begin_day(NOW + timedelta(days=183))
    assert days(home) == ["2027-06-01"]


def test_nobody_but_its_account_reads_it(home: Path):
    note("signed_in", account=1, now=NOW)
    (file,) = (home / FOLDER).iterdir()
    assert [one.stat().st_mode & 0o777 for one in (home / FOLDER, file)] == [0o700, 0o600]
    assert writes_in(home / FOLDER)


def test_a_flood_of_refusals_writes_little_and_hides_nobody(home: Path):
    for _ in range(12_345):
        note("not-yours", account=7, refusal=True, now=NOW)
    note("signed_in", account=8, now=NOW)
    note("not-yours", account=7, refusal=True, now=NOW + timedelta(hours=1))
    found = [(line["act"], line["often"]) for line in read(home, since=NOW)]
    refused = [("not-yours", often) for often in (*range(1, 11), 20, 30, 40, 50, 60, 70, 80, 90)]
    refused += [("not-yours", often) for often in (*range(100, 1000, 100), *range(1000, 10_000, 1000), 10_000)]
    assert found == [*refused, ("signed_in", 1), ("not-yours", 1)]


def test_a_full_day_takes_no_more_refusals_but_all_that_succeeds(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(security_log, "REFUSALS_MOST", 300)
    for n in range(40):
        note(f"refusal-{n}", account=None, refusal=True, now=NOW)
    note("signed_in", account=8, now=NOW)
    found = [line["act"] for line in read(home, since=NOW)]
    assert (len(found) < 5, found[-1]) == (True, "signed_in")


def test_lines_of_several_machines_are_read_in_their_order_and_a_cut_one_is_left_out(home: Path):
    (home / FOLDER).mkdir()
    for machine, minutes in (("web1", (1, 3)), ("web2", (2, 4))):
        lines = [json.dumps({"at": f"2026-12-01T09:0{n}:00.000Z", "act": machine}) for n in minutes]
        (home / FOLDER / f"2026-12-01.{machine}.jsonl").write_text("\n".join([*lines, '{"at": "2026-12-0']))
    found = [line["act"] for line in read(home, since=datetime(2026, 12, 1, 9, 2, tzinfo=UTC))]
    assert found == ["web2", "web1", "web2"]


def test_a_line_cannot_be_broken_into_two_by_what_it_tells(home: Path):
    note("signed_in\n{}", account=1, about='a "b"\r\nc', now=NOW)
    (file,) = (home / FOLDER).iterdir()
    (line,) = file.read_text().splitlines()
    assert json.loads(line)["about"] == 'a "b"\r\nc'


@pytest.mark.parametrize("given", ["0", "367", "six"])
def test_a_time_that_cannot_be_kept_is_refused_in_words(given: str):
    with pytest.raises(SettingsRefused, match="SECURITY_LOG_DAYS"):
        read_settings({"DEMO": "1", "SECURITY_LOG_DAYS": given})
