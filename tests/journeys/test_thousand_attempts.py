"""A thousand acts at once on ten slots, by eight processes of people, at two web processes on one address."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.visits.reservations.walk_facts import check_what_never_is
from tests.command_line import free_port
from tests.telling import tell
from workshops.database import rows, value

ROOT = Path(__file__).parents[2]
CLIENTS, ATTEMPTS = 8, 125
# Each act that was granted wrote its line: nothing granted is lost, nothing refused was done.
LINES = {
    "cancel": ["reservation_cancel"],
    "move": ["reservation_moved", "change_asked"],
    "headcount": ["reservation_headcount", "reservation_adults_asked", "reservation_adults_given_up"],
    "resize": ["slot_resized"],
    "accept": ["reservation_accept"],
    "visa": ["reservation_paper_visa"],
    "announce": ["attendance_announced", "attendance_asked"],
    "change": ["attendance_changed", "attendance_described"],
    "withdraw": ["attendance_withdrawn"],
    "welcome": ["attendance_accepted"],
    "turn_down": ["attendance_declined"],
}
# A demand makes one reservation, ranked choices up to three; each has its line.
MADE = ["reservation_booked", "reservation_waits", "reservation_waits_also", "reservation_kept"]

# A change that must be signed is a reservation of its own, until it vanishes into the visit.
CHANGES = "SELECT about FROM events WHERE act = 'change_asked'"
LINES_OF = "SELECT count(*) FROM events WHERE act = ANY ($1::varchar[]) AND about <> ALL ($2::int[])"


async def a_token(role: str, **where: int) -> str:
    account, token = await builders.account(email := f"{secrets.token_hex(4)}@example.org"), secrets.token_urlsafe(32)
    await builders.membership(account, role, **where)
    await issue_token(email, token=token, now=datetime.now(UTC))
    return token


async def orders_of_the_day(url: str) -> list[dict[str, Any]]:
    """Two collèges, one of which asks for a visa; ten slots of one lycée, two by two at the same hour.

    Four companies of two trades, each of which two processes speak for; half of the slots take one of a trade, and
    every third one asks for the lycée's agreement.
    """
    lycee = await builders.school(kind="lycee")
    taught = await builders.workshop(host=lycee)
    month = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    slots = [
        await builders.slot(
            workshop=taught,
            starts_at=month + timedelta(days=n // 2),
            seats=56,
            groups_max=4,
            one_per_trade=n % 2 == 0,
            on_agreement=n % 3 == 0,
        )
        for n in range(10)
    ]
    visa = {"needs_approval": True, "principal_mail": "principale@example.org", "principal_name": "Mme Perrin"}
    colleges = [await builders.school(), await builders.school(**visa)]
    groups = [[await builders.group(school=college) for _ in range(12)] for college in colleges]
    host = await a_token("host", school=lycee)
    companies = [await builders.company(trade=trade) for trade in ("Horlogerie", "Horlogerie", "Usinage", "Usinage")]
    return [
        {
            "url": f"{url}/api/v1",
            "teacher": await a_token("teacher", school=colleges[n % 2]),
            "host": host,
            "company": await a_token("company", company=companies[n % 4]),
            "groups": groups[n % 2],
            "slots": slots,
            "attempts": ATTEMPTS,
            "seed": n,
        }
        for n in range(CLIENTS)
    ]


@contextmanager
def two_web_processes(log: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PORT": str(port), "BASE_URL": url, "WORKERS": "2"}
    command = [sys.executable, "-m", "booking", "web"]
    with log.open("wb") as output:
        web = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/health/live")
                break
            except httpx.TransportError:
                assert web.poll() is None, log.read_text()
                time.sleep(0.1)
        yield url
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(timeout=20)


def logged(log: Path) -> list[str]:
    return log.read_text().splitlines()


async def one_process(orders: dict[str, Any]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.journeys.crowd"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    told, _ = await process.communicate(json.dumps(orders).encode())
    answer: dict[str, Any] = json.loads(told)
    return answer


async def test_a_thousand_attempts_at_once_sell_no_seat_twice_and_lose_none(db, tmp_path):
    log = tmp_path / "web.log"
    with two_web_processes(log) as url:
        orders = await orders_of_the_day(url)
        accounts = await asyncio.gather(*(one_process(one) for one in orders))

    told = sum((Counter(one["told"]) for one in accounts), Counter())
    print(dict(told))
    assert told.total() == CLIENTS * ATTEMPTS
    assert {answer.split()[1] for answer in told} <= {"200", "201", "204", "404", "409", "422"}
    assert [line for line in logged(log) if "Traceback" in line or "deadlock" in line.lower()] == []

    await check_what_never_is()
    granted = Counter()
    for answer, several in told.items():
        act, status = answer.split()
        if status in {"200", "201", "204"}:
            granted["cancel" if act == "refuse" else act] += several
    changes = {one["about"] for one in await rows(CHANGES)}
    for act, lines in LINES.items():
        # A change that awaits its visa ends with its visit, or with the next change: nobody asked for that line.
        written = await value(LINES_OF, lines, list(changes) if act == "cancel" else [])
        # What it was already is granted, and no act.
        same = granted[act] - written if act in {"headcount", "change", "resize"} else 0
        assert (act, granted[act] - same, written > 0, same >= 0) == (act, written, True, True)
    for table, obtained in (("reservations", "reservations"), ("attendances", "comings")):
        kept = [one["id"] for one in await rows(f"SELECT id FROM {table} ORDER BY id")]
        beside = changes if table == "reservations" else set()
        # What a group waits for besides is told with what it waited for before.
        assert [number for number in kept if number not in beside] == sorted(
            {number for one in accounts for number in one[obtained]}
        )
    assert granted["wish"] > 0
    made = await value("SELECT count(*) FROM reservations WHERE id <> ALL ($1::int[])", list(changes))
    assert await value(LINES_OF, MADE, []) == made
    await tell()
    assert await value("SELECT count(*) FROM notices WHERE kind = 'place_offered'") == await value(
        "SELECT count(*) FROM events WHERE act = 'reservation_offer'"
    )
