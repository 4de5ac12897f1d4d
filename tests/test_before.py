"""The bench of an older version beside this one's, in one table."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from tests.command_line import ROOT, environ
from tests.load.before import table
from tests.load.client import Figure
from tests.load.clusters import plain


def line(per_second: float, *took: float) -> Figure:
    return Figure(per_second, *took, statuses={})


OLDER = {"live": line(20000, 0.4, 0.5, 0.6), "page": line(2000, 3, 4, 5), "gone since": line(100, 3, 4, 5)}
OURS = {"live": line(10000, 0.4, 0.5, 0.6), "page": line(6000, 1, 2, 3), "new since": line(90, 9, 9.9, 11)}


def test_each_operation_is_there_once_with_what_either_side_has_of_it():
    faster = OURS | {"page": line(8000, 0.5, 1, 1.5)}
    assert table([OLDER] * 3, [OURS, faster, OURS])[2:] == [
        "| live | 20 000 | 0.4, 0.5, 0.6 ms | 10 000 | 0.4, 0.5, 0.6 ms | 0.50 (0.50 to 0.50) |",
        "| page | 2 000 | 3.0, 4.0, 5.0 ms | 6 000 | 1.0, 2.0, 3.0 ms | 3.00 (3.00 to 4.00) |",
        "| new since | - | - | 90 | 9.0, 9.9, 11.0 ms | - |",
        "| gone since | 100 | 3.0, 4.0, 5.0 ms | - | - | - |",
    ]


def test_an_older_version_runs_its_own_modules_whatever_is_preferred_where_it_is_asked(monkeypatch, tmp_path):
    (tmp_path / "preferred_here.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-c", "import preferred_here"]
    ran = subprocess.run(command, check=False, cwd=ROOT, env=environ(tmp_path), capture_output=True, text=True)
    assert "No module named 'preferred_here'" in ran.stderr


def test_a_cluster_without_tls_differs_from_ours_on_the_way_to_the_database_alone():
    deploy = [
        file.relative_to(ROOT) for file in (ROOT / "deploy").rglob("*.*") if file.suffix in {".yml", ".ini", ".env"}
    ]
    with plain() as tree:
        changed = [
            (name.name, line.strip())
            for name in deploy
            for ours, line in zip(*((at / name).read_text().splitlines() for at in (ROOT, tree)), strict=True)
            if line != ours
        ]
    assert Counter(name for name, _ in changed) == {"patroni.yml": 6, "pgbouncer.ini": 2, "technilab.env": 3}
    assert not [line for _, line in changed if "verify-full" in line or "hostssl" in line or "require" in line]
