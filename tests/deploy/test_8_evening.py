"""Bookings open on an evening and the leader dies: what was acknowledged is what is kept, and nobody sees an error."""

from __future__ import annotations

from tests.faults.cluster import Cluster
from tests.load.evening import Plan, lived
from tests.load.goals import Goals

SMALL = Plan(demands=300, seconds=10, slots=8, readers=10, dies_at=4, ends_at=180)


def test_on_an_evening_on_which_the_leader_dies_all_that_is_acknowledged_is_kept_and_nobody_sees_an_error(
    whole: Cluster,
):
    goals = Goals()
    lived(whole, SMALL, goals, patroni_too=False)
    assert goals.missed == []
