"""Each rule and each panel is an expression that Prometheus reads, of series that somebody gives; who is told when."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from tests.watching.prometheus import RULES, panels, program, rules

CASES = Path(__file__).parent / "rules_test.yml"


def test_prometheus_s_own_tool_reads_every_rule_and_every_panel(tmp_path: Path):
    shown = [{"record": f"panel:{n}", "expr": expr} for n, (_, expr) in enumerate(panels())]
    board = tmp_path / "board.yml"
    board.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": shown}]}))
    told = subprocess.run(
        [program("promtool"), "check", "rules", RULES, board], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{len(rules())} rules found" in told.stdout
    assert f"{len(panels())} rules found" in told.stdout


def test_who_is_told_of_what_and_after_how_long(tmp_path: Path):
    case = tmp_path / "cases.yml"
    case.write_text(CASES.read_text().replace("RULES", str(RULES)))
    told = subprocess.run([program("promtool"), "test", "rules", case], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_each_alert_says_what_is_wrong_what_to_do_and_how_soon():
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule
        assert set(rule["annotations"]) == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
    assert len({rule["alert"] for rule in rules()}) == len(rules())
