"""One hot slot: how many demands a second are decided, nearly all of them refused, or sent to wait.

The verb in this process and the whole of a request, 8 connections, on a PostgreSQL as it comes.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import secrets
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from tests.load.stock import stock

_open = ExitStack()
SECRET = "a secret of the bench, long enough to be one"
SECONDS = 4.0
os.environ |= {"SECRET_KEY": SECRET, "PICCOLO_CONF": "booking.piccolo_conf"}
os.environ["DATABASE_URL"] = _open.enter_context(stock(migrated=True)).url

from booking.people.accounts.token import issue_token  # noqa: E402
from booking.visits.reservations.acts import BookSlot  # noqa: E402
from booking.visits.reservations.book import book  # noqa: E402
from booking.visits.reservations.demand import Demand  # noqa: E402
from tests import builders  # noqa: E402
from tests.load.client import CONNECTIONS, Figure, request, run  # noqa: E402
from tests.load.serving import free_port, serve  # noqa: E402
from workshops.database import open_pool, rows, value  # noqa: E402
from workshops.refusals import Refusal  # noqa: E402

GROUPS = """INSERT INTO groups (school, name, level, pupils, school_year)
SELECT $1, $3 || n, '4e', 24, '2026-2027' FROM generate_series(1, $2) n RETURNING id"""
MOST = 40_000


class Hot:
    """A slot for one group, a collège and its teacher, with more groups than can be asked for."""

    slot = college = teacher = 0
    token = ""
    groups: list[int]


async def a_hot_slot() -> Hot:
    hot, now = Hot(), datetime.now(UTC)
    hot.college, hot.teacher = await builders.school(), await builders.account(f"{uuid.uuid4()}@example.org")
    await builders.membership(hot.teacher, "teacher", school=hot.college)
    hot.token, email = secrets.token_urlsafe(32), await value("SELECT email FROM accounts WHERE id = $1", hot.teacher)
    await issue_token(email, token=hot.token, now=now)
    hot.slot = await builders.slot(starts_at=now + timedelta(days=60))
    hot.groups = [one["id"] for one in await rows(GROUPS, hot.college, MOST, uuid.uuid4().hex[:6])]
    return hot


async def in_process(hot: Hot, *, wait: bool) -> tuple[float, Counter[str]]:
    """Demands decided a second by the verb, and what was said."""
    source, said = iter(hot.groups), Counter[str]()
    ends = time.perf_counter() + SECONDS

    async def one() -> None:
        for group in source:
            if time.perf_counter() > ends:
                break
            try:
                demand = Demand(
                    BookSlot(slot=hot.slot, group=group, pupils=24, adults=2, wait=wait),
                    school=hot.college,
                    by=hot.teacher,
                    uid=f"{uuid.uuid4()}@technilab.example",
                    badge_salt=uuid.uuid4(),
                    secret_key=SECRET,
                    token="",
                    key=str(uuid.uuid4()),
                )
                said[(await book(demand, now=datetime.now(UTC))).state] += 1
            except Refusal as no:
                said[no.kind] += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return said.total() / (time.perf_counter() - began), said


def demands(hot: Hot, port: int, *, wait: bool) -> Iterator[bytes]:
    for group in hot.groups:
        body = {"slot_id": hot.slot, "group_id": group, "pupils": 24, "adults": 2, "wait": wait}
        yield request("POST", "/api/v1/reservations", port=port, token=hot.token, body=json.dumps(body).encode())


async def over_http(port: int, hot: Hot, *, wait: bool) -> Figure:
    return await run(port, lambda: demands(hot, port, wait=wait), seconds=SECONDS)


async def main() -> None:
    print(f"load of the machine: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = serve(port, folder)
        try:
            async with open_pool(size=CONNECTIONS):
                for wait in (False, True):
                    what = "refused" if not wait else "sent to wait"
                    speed, said = await in_process(await a_hot_slot(), wait=wait)
                    print(f"one hot slot, {what}, the verb      {speed:8.0f}/s   goal 3 000/s  {dict(said)}")
                    hot = await a_hot_slot()
                    live = await run(
                        port, lambda: itertools.repeat(request("GET", "/health/live", port=port)), seconds=1.0
                    )
                    got = await over_http(port, hot, wait=wait)
                    share = got.per_second / live.per_second
                    print(
                        f"one hot slot, {what}, the request   {got.per_second:8.0f}/s   {share:.3f} of live,"
                        f" p50, p95, p99 {got.p50_ms:.1f}, {got.p95_ms:.1f}, {got.p99_ms:.1f} ms  {got.statuses}"
                    )
                    taken = await value("SELECT seats_taken FROM slots WHERE id = $1", hot.slot)
                    assert taken == 24, taken
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    finally:
        _open.close()
    sys.exit()
