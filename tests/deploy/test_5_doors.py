"""A door dies: the nginx by which half of all people come, or an HAProxy, and with it the database for the web process
of its machine. People do not notice for long, and nothing acknowledged is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.command_line import eventually
from tests.faults.cluster import Cluster
from tests.faults.failover import kill_tree
from tests.faults.partings import part

REQUESTS = 40
# Beside other tests on two cores; alone it is a second.
SILENT_AT_MOST = 10.0


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


@pytest.mark.parametrize("kind", ["one nginx", "one HAProxy"])
def test_with_one_door_dead_bookings_go_on_by_the_other_and_none_is_lost(whole: Cluster, tmp_path: Path, kind: str):
    parted = part(whole, tmp_path, kind, seed="7")
    print(f"{kind}: {parted.silence:.1f} s without a booking, {parted.errors} without an answer, {parted.acts} acts")
    assert (parted.wrong, parted.silence < SILENT_AT_MOST) == ([], True), parted
