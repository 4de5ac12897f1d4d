"""A site that is hurt loses nothing, sells nothing twice and says no more than it knows."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
import time
import warnings
from collections import Counter

import pytest

from tests.command_line import eventually
from tests.faults import kinds
from tests.faults.kinds import possible
from tests.faults.site import own_network, site
from tests.faults.verify import verify

# Seconds, of the clients' acts under the faults, on a machine that runs other tests beside.
AT_MOST = 60
FAULTS = (kinds.fail_over, kinds.cut_commits, kinds.pause_web, kinds.kill_backend)


def test_a_failover_and_three_faults_lose_no_act_and_double_none():
    dice = random.Random(1)
    with site() as here:
        for skipped in possible(here)[1]:
            warnings.warn(f"skipped: {skipped}", stacklevel=1)
        crowd = here.make_world(clients=4, groups=16, slots=40)
        here.send_clients(rate=300, seed=1)
        began = time.monotonic()
        time.sleep(0.5)
        for fault in FAULTS:
            fault(here, dice)
            time.sleep(0.5)
        crowd.call_home()
        acts = crowd.come_home()
        assert time.monotonic() - began < AT_MOST
        assert [str(one) for one in crowd.contradictions()] == []
        assert asyncio.run(verify(acts, here.primary.url, desk=crowd.world["desk"])) == []
        eventually(lambda: here.waiting_mails() == 0, "mails that never left")
        assert here.lost_mails() == 0
        assert {mail: times for mail, times in Counter(here.mails()).items() if times > 1} == {}
        assert [one for one in ("web1", "web2", "worker1", "worker2") if "Traceback" in here.said(one)] == []
        print(f"seed 1, {len(acts)} acts, {len(here.mails())} mails")


def test_a_machine_cut_off_is_nobody_not_whoever_answers_at_the_gateway():
    with own_network() as net:
        if net is None:
            pytest.skip("no network namespace (ip netns, as root)")
        net.turn("down")
        with socket.socket() as asking, pytest.raises(OSError) as told:
            asking.settimeout(5)
            asking.connect((net.there, 80))
        assert told.value.errno == errno.EHOSTUNREACH
