"""The leader dies under 300 acts a second: somebody else leads soon, and nothing that was acknowledged is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.faults.failover import GOALS, KINDS, fail_over

# Of the 300 asked for, beside other tests on two cores; nobody acts while who died before comes back (`whole`).
AT_LEAST = 60
# The goals are held by `tests.faults.failovers`, alone on its machine; here writes go on, beside other tests.
PATIENCE = 2


@pytest.mark.parametrize("kind", KINDS)
def test_writes_go_on_soon_and_nothing_acknowledged_is_lost(whole: Cluster, tmp_path: Path, kind: str):
    done = fail_over(whole, tmp_path, patroni_too=KINDS[kind])
    print(f"seed {done.seed}: {done.gap:.1f} s without a booking, {done.rate:.0f} acts/s before, {done.acts} acts")
    assert (done.missing, done.oversold, done.contradictions, done.wrong_late) == ([], [], [], [])
    assert done.gap < PATIENCE * GOALS[kind]
    assert (done.rate > AT_LEAST, done.pages > 0) == (True, True), done
