"""Ctrl-C ends the cluster to its last process."""

from __future__ import annotations

from tests.faults.cluster import Cluster


def test_ctrl_c_ends_every_process(cluster: Cluster):
    assert cluster.stop() == 0
    assert (cluster.said().splitlines()[-1], cluster.left()) == ("La grappe est arrêtée.", [])
    # Whatever the processes of Technilab went through, they said it as they say all else.
    for name in ("web1", "web2", "worker1", "worker2"):
        assert {line["level"] for line in cluster.logged(name)} <= {"info", "warning", "error"}
