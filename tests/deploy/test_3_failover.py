"""The leader dies under 300 acts a second: somebody else leads soon, and nothing that was acknowledged is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.faults.failover import fail_over


@pytest.mark.parametrize(
    ("patroni_too", "within"),
    [pytest.param(False, 15.0, id="postgresql-alone"), pytest.param(True, 35.0, id="patroni-and-postgresql")],
)
async def test_writes_go_on_and_nothing_acknowledged_is_lost(
    whole: Cluster, tmp_path: Path, patroni_too: bool, within: float
):
    done = await fail_over(whole, whole.world(), tmp_path / "clients.jsonl", patroni_too=patroni_too)
    print(
        f"{done.gap:.1f} s without a booking, {done.rate:.0f} acts/s before, {done.verdict.acknowledged} acknowledged"
    )
    verdict = done.verdict
    assert (verdict.lost, verdict.oversold, verdict.twice, done.contradictions) == ([], [], [], [])
    assert verdict.acknowledged > 100
    assert done.gap < within
