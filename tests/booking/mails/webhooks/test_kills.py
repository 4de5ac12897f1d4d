"""Ten thousand events under workers that are killed: none is lost, and those about one visit arrive in order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import defaultdict

from tests import builders
from tests.booking.mails.webhooks.told import BOOKED, a_lycee, a_visit
from tests.builders import NOW
from tests.receiver import receiver
from tests.telling import worker_of
from workshops.database import rows, value

# 300 with the others, 10 000 when it is asked for: WEBHOOK_EVENTS=10000 pytest -s this file.
EVENTS = int(os.environ.get("WEBHOOK_EVENTS", "300"))
VISITS = max(20, EVENTS // 50)
WORKERS = 3
TELLER = """
import asyncio
from datetime import UTC, datetime, timedelta
from booking.mails.fan_out import fan_out
from booking.mails.webhooks import deliver
from booking.mails.webhooks.post import Post
from workshops.database import open_pool

# A worker that dies gives its deliveries back after the lease: a short one here, the test does not wait a minute.
deliver.LEASE = timedelta(seconds=2)
deliver.AT_A_STRETCH = 1

async def run():
    async with open_pool(size=4):
        print("up", flush=True)
        while True:
            now = datetime.now(UTC)
            await fan_out(now=now)
            await deliver.deliver_webhooks(
                Post(trial=True), base_url="http://127.0.0.1:8000", secret_key="k" * 40, clock=lambda: datetime.now(UTC)
            )
            await asyncio.sleep(0.02)

asyncio.run(run())
"""
RECORD = """WITH event AS (
  INSERT INTO events (at, act, about_kind, about)
  SELECT $1, 'reservation_booked', 'reservation', v FROM unnest($2::int[]) AS v RETURNING id, about_kind, about
) INSERT INTO events_to_tell (event, about_kind, about) SELECT id, about_kind, about FROM event"""


async def test_killed_workers_lose_nothing_and_keep_the_order_of_each_visit(db):
    lycee, host = await a_lycee()
    visits = [await a_visit(lycee=lycee) for _ in range(VISITS)]
    chance, began = random.Random(11), time.monotonic()
    children = [worker_of(TELLER) for _ in range(WORKERS)]
    killed = 0
    async with receiver(seconds=0.002) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        # At the same time, of another subscription nothing ever arrives.
        await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED)
        try:
            for _ in range(EVENTS // 20):
                await rows(RECORD, NOW, chance.sample(visits, 20))
                await asyncio.sleep(0.05)
                if chance.random() < min(0.4, 1000 / EVENTS):
                    place = chance.randrange(WORKERS)
                    children[place].send_signal(signal.SIGKILL)
                    children[place].wait()
                    children[place] = worker_of(TELLER)
                    killed += 1
            while len({one.data["id"] for one in there.told}) < EVENTS:
                assert time.monotonic() - began < 60 + EVENTS / 10, len(there.told)
                await asyncio.sleep(0.1)
        finally:
            for child in children:
                child.kill()
                child.wait()
    first = defaultdict(list)
    for one in there.told:
        if one.data["id"] not in first[one.data["about"]]:
            first[one.data["about"]].append(one.data["id"])
    seconds = time.monotonic() - began
    print(f"{EVENTS} events, {killed} workers killed, {len(there.told) - EVENTS} told twice, {seconds:.0f} s")
    assert sum(map(len, first.values())) == EVENTS == await value("SELECT count(*) FROM events")
    assert [ids for ids in first.values() if ids != sorted(ids)] == []
    assert killed > 0
