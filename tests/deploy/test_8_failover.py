"""The leader dies under 300 acts a second: somebody else leads soon, and nothing that was acknowledged is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.faults.failover import fail_over


@pytest.mark.parametrize("patroni_too", [False, True], ids=["postgresql-alone", "patroni-and-postgresql"])
def test_writes_go_on_and_nothing_acknowledged_is_lost(cluster: Cluster, tmp_path: Path, patroni_too: bool):
    done = fail_over(cluster, tmp_path, patroni_too=patroni_too)
    print(f"seed {done.seed}: {done.gap:.1f} s without a booking, {done.rate:.0f} acts/s before, {done.acts} acts")
    assert (done.missing, done.oversold, done.contradictions, done.wrong_late) == ([], [], [], [])
    assert done.acts > 100
