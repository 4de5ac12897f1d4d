"""An HAProxy dies: the database is away for the web process of its machine, and people do not notice for long."""

from __future__ import annotations

from collections import Counter

import httpx

from tests.command_line import eventually
from tests.faults.cluster import Cluster
from tests.faults.failover import kill_tree

REQUESTS = 40


def test_with_one_haproxy_dead_everybody_is_soon_answered_for_as_long_as_it_is(whole: Cluster, world):
    key = {"Authorization": f"Bearer {world['teachers'][0]}"}

    def answered() -> Counter[int]:
        asked = f"http://127.0.0.1:{whole.port}/api/v1/slots"
        return Counter(httpx.get(asked, headers=key, timeout=60).status_code for _ in range(REQUESTS))

    web1 = f"http://{whole.told()['settings']['WEB1']}/health/ready"
    kill_tree(whole.pid("haproxy1"))
    eventually(lambda: httpx.get(web1, timeout=30).status_code == 503, "its machine is ready still")
    eventually(lambda: answered() == {200: REQUESTS}, "half of all are refused")
    assert [answered() for _ in range(3)] == [{200: REQUESTS}] * 3
    assert httpx.get(web1, timeout=30).status_code == 503
    whole.back("haproxy1")
    eventually(lambda: httpx.get(web1, timeout=30).status_code == 200, "its machine is not ready again")
