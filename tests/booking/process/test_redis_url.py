"""Redis under Sentinels: the master dies, acts go on, and each mail leaves once."""

from __future__ import annotations

import time

import pytest

from booking.outbox.notices.mail_files import demo_mails
from booking.process import wake_worker
from booking.process.redis_url import is_reachable, sentinel_master
from booking.process.wake_worker import wake
from tests.booking.test_worker import invited, nothing_waits, until, worker
from tests.command_line import eventually
from tests.sentinels import sentinels


@pytest.mark.parametrize(
    ("url", "hosts", "master", "number", "password"),
    [
        ("redis+sentinel://h1:26379,h2:26380/mymaster/0", [("h1", 26379), ("h2", 26380)], "mymaster", 0, None),
        ("redis+sentinel://:p%40s@h1,h2/technilab/3", [("h1", 26379), ("h2", 26379)], "technilab", 3, "p@s"),
        ("rediss+sentinel://h1", [("h1", 26379)], "mymaster", 0, None),
    ],
)
def test_a_url_names_the_sentinels_and_their_master(url, hosts, master, number, password):
    target = sentinel_master(url)
    assert (target.sentinels, target.name, target.options["db"], target.options["password"]) == (
        hosts,
        master,
        number,
        password,
    )
    assert target.options.get("ssl", False) is url.startswith("rediss")
    assert sentinel_master("redis://h1:6379/0") is None


async def test_the_master_dies_and_every_mail_leaves_once(db, tmp_path):
    with sentinels() as site:
        first = site.master()
        async with worker(site.url, tmp_path), wake_worker.connected(site.url):
            await invited()
            await wake()
            assert await until(nothing_waits) < 15
            site.kill_the_master()
            began = time.monotonic()
            await invited(number=20, beginning=100)
            await wake()
            assert time.monotonic() - began < 5
            await until(nothing_waits, seconds=60)
            eventually(lambda: site.master() not in {0, first}, "no other master")
        assert await is_reachable(site.url, within=10)
    recipients = [mail.to for mail in demo_mails(tmp_path)]
    assert (len(recipients), len(set(recipients))) == (21, 21)
