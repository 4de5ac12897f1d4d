"""A leader is lost in the ways from which it came back least well, and etcd goes: nothing acknowledged is gone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from deploy.cluster.members import PATH
from tests.command_line import ROOT
from tests.faults.cluster import Cluster
from tests.faults.lose import lose
from tests.faults.partings import part


@pytest.mark.parametrize("kind", ["frozen", "killed, pg_rewind broken"])
def test_whoever_led_comes_back_and_nothing_acknowledged_is_lost(whole: Cluster, tmp_path: Path, kind: str):
    lost = lose(whole, tmp_path, kind, seed="7")
    print(f"{lost.gap:.1f} s without a booking, whole again after {lost.back:.1f} s, {lost.acts} acts")
    assert lost.wrong == []
    assert whole.pg_rewind.asked == ("pg_rewind" in kind)


def test_without_two_etcd_writing_goes_on(whole: Cluster, tmp_path: Path):
    assert part(whole, tmp_path, "two etcd", seed="7").wrong == []


def test_without_two_etcd_and_one_standby_nobody_writes(whole: Cluster, tmp_path: Path):
    assert part(whole, tmp_path, "two etcd and one standby", seed="7").wrong == []


def test_a_cluster_made_before_learns_by_the_guides_command_to_go_on_without_etcd(whole: Cluster):
    guide = (ROOT / "docs" / "running.md").read_text()
    [told] = re.findall(r"`patronictl -c /etc/patroni/config\.yml (edit-config [^`]+)`", guide)
    file = whole.folder / "db1" / "patroni.yml"

    def patronictl(*words: str) -> str:
        command = ["patronictl", "-c", str(file), *words]
        done = subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    patronictl(*told.replace("=true", "=null").split())
    assert "failsafe_mode" not in patronictl("show-config")
    patronictl(*told.split())
    assert "failsafe_mode: true" in patronictl("show-config")
