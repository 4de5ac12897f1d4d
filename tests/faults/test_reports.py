"""What `make faults` writes and how it ends: by the rounds of this very code, with an error where anything is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.faults import failovers, losses, run
from tests.faults.report import KINDS
from tests.faults.version import version

DRAW = {"entered": 9, "withdrawn": 1, "broken_at": "ranked", "results": {"placed": 5, "waits": 3}, "wrong": []}
ROUND: dict[str, Any] = {
    **{"seed": "7.0", "on": "2026-11-01", "version": version(), "acts": dict.fromkeys(KINDS, 2), "requests": 15},
    **{"faults": [{"fault": "kill_web", "seconds": 2.0, "gap": 0.5}], "seconds": 10.0, "skipped": [], "draw": DRAW},
    **{"mails": 4, "silent": 0, "doubled": 0, "lost_mails": 0, "waiting": 0, "crashes": 0},
    **{"contradictions": [], "missing": [], "broken": []},
}
FAILED_OVER: dict[str, Any] = {
    **{"gap": 4.0, "rate": 300.0, "acts": 900, "pages": 9, "at": "2026-11-01 10:00", "version": version()},
    **{"missing": [], "oversold": [], "contradictions": [], "wrong_late": []},
}

LOST: dict[str, Any] = {
    **{"kind": "frozen", "gap": 21.0, "back": 4.5, "acts": 900, "seed": 7},
    **{"wrong": [], "at": "2026-11-01 10:00", "version": version()},
}
PARTED: dict[str, Any] = {
    **{"kind": "two etcd", "lasted": 45.0, "silence": 1.5, "booked": True, "acts": 900, "errors": 2, "seed": 7},
    **{"wrong": [], "at": "2026-11-01 11:00", "version": version()},
}


def written(folder: Path, name: str, *lines: dict[str, Any]) -> None:
    (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, 0),
        ({"contradictions": ["slot 3 was sold twice"]}, 1),
        ({"missing": ["group 4 was told [3], the database says []"]}, 1),
        ({"draw": DRAW | {"wrong": ["two ranks are 3"]}}, 1),
        ({"broken": ["it broke off: clients 1 ended with 1: KeyError: 3"]}, 1),
        ({"lost_mails": 2}, 1),
        ({"doubled": 1}, 1),
    ],
)
def test_a_run_that_is_complete_is_told_with_its_own_day_and_commit_and_ends_by_what_it_found(tmp_path, wrong, code):
    written(tmp_path, f"faults-{version()}.jsonl", ROUND, ROUND | {"seed": "7.1", "on": "2026-11-02"} | wrong)
    written(tmp_path, "faults-0123456789.jsonl", ROUND | {"doubled": 5})
    words = ["--faults", "2", "--acts", "40", "--folder", str(tmp_path), "--report", str(tmp_path / "page.md")]
    ended = CliRunner().invoke(run.main, words)
    page = (tmp_path / "page.md").read_text()
    assert (ended.exit_code, "nothing is run" in ended.output) == (code, True)
    assert f"Run of 2026-11-01 to 2026-11-02 at commit {version()}, seed 7: 2 rounds, 2 faults, 40 acts" in page
    assert [line for line in page.splitlines() if line.startswith("- round 7.")] == {
        (): [],
        ("contradictions",): ["- round 7.1: slot 3 was sold twice"],
        ("missing",): ["- round 7.1: group 4 was told [3], the database says []"],
        ("draw",): ["- round 7.1: two ranks are 3"],
        ("broken",): ["- round 7.1: it broke off: clients 1 ended with 1: KeyError: 3"],
        ("lost_mails",): ["- round 7.1: 2 mails written down as sent that did not arrive"],
        ("doubled",): ["- round 7.1: 1 mails that came twice"],
    }[tuple(wrong)]


@pytest.mark.parametrize(("wrong", "code"), [({}, 0), ({"missing": ["group 4"]}, 1), ({"gap": 15.5}, 1)])
def test_failovers_likewise_also_those_that_took_too_long(tmp_path, capsys, wrong, code):
    alone, both = failovers.KINDS
    lines = [FAILED_OVER | {"kind": alone} | wrong, FAILED_OVER | {"kind": both, "gap": 20.0}]
    written(tmp_path, f"failed-over-{version()}.jsonl", *lines)
    written(tmp_path, "failed-over-0123456789.jsonl", lines[0] | {"oversold": ["slot 3"]})
    assert failovers.main(1, tmp_path, tmp_path / "page.md") == code
    page = (tmp_path / "page.md").read_text()
    assert f"| {both} | 1 of 1 | 20.0 s | 20.0 s | 20.0 s | 35 s |" in page
    assert f"At commit {version()}, last run 2026-11-01 10:00 UTC" in page
    assert "nothing is run" in capsys.readouterr().out


@pytest.mark.parametrize(("wrong", "code"), [([], 0), (["group 4 was told [3], the database says []"], 1)])
def test_lost_leaders_and_etcd_likewise(tmp_path, capsys, wrong, code):
    lines = [LOST | {"wrong": wrong}, *({**PARTED, "kind": kind} for kind in losses.PARTINGS)]
    written(tmp_path, f"losses-{version()}.jsonl", *lines)
    assert losses.main(1, 0, tmp_path, tmp_path / "page.md") == code
    page = (tmp_path / "page.md").read_text()
    assert f"| frozen | 1 | 21.0 s | 4.5 s | 900 | {code} |" in page
    assert "| two etcd | 45 s | yes | 1.5 s | 2 | 0 |" in page
    assert [line for line in page.splitlines() if line.startswith("- ")] == [f"- frozen: {told}" for told in wrong]
    assert "nothing is run" in capsys.readouterr().out
