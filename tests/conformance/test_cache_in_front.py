"""Debian's nginx, with the site of deploy/, before Technilab: what it keeps, for how long, and what it never does."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.cookiejar import DefaultCookiePolicy

import httpx
import pytest

from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import issue_token
from tests import builders
from tests.command_line import Running, data_folder, free_port, running
from tests.front import Front, front, nginx

WITHIN = 1.0  # seconds
# So that what is kept can be searched.
PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class World:
    """A teacher, her key and her group, and a slot with places for two groups; nginx before one web machine."""

    there: Front
    web: Running
    visitor: httpx.AsyncClient
    teacher: int
    token: str
    group: int
    slot: int

    async def book(self) -> httpx.Response:
        asked = {"slot_id": self.slot, "group_id": self.group, "pupils": 24, "adults": 2}
        key = {"Authorization": f"Bearer {self.token}", "X-Request-ID": "camille-petit"}
        return await self.visitor.post("/api/v1/reservations", json=asked, headers=key)


@pytest.fixture(autouse=True)
def _nginx_is_here() -> None:
    if nginx() is None:
        print("skipped: nginx is not on this machine (deploy/packages.sh brings Debian's)")
        pytest.skip("nginx is not on this machine")


@pytest.fixture
async def world(db) -> AsyncIterator[World]:
    now, token = datetime.now(UTC), secrets.token_urlsafe(32)
    college = await builders.school()
    teacher = await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    await issue_token("claire@example.org", token=token, now=now)
    slot = await builders.slot(seats=48, groups_max=2, starts_at=now + timedelta(days=30))
    group = await builders.group(school=college, pupils=24)
    entry, port = free_port(), free_port()
    told = {"DATABASE_URL": os.environ["DATABASE_URL"], "BASE_URL": f"http://127.0.0.1:{entry}"}
    told["TRUSTED_PROXIES"] = "127.0.0.1"
    with (
        data_folder() as home,
        running("web", home=home, port=port, **told) as web,
        front(before=port, port=entry) as there,
    ):
        async with httpx.AsyncClient(base_url=there.url, timeout=30, headers=PLAIN) as visitor:
            yield World(there, web, visitor, teacher, token, group, slot)


async def early_in_a_second() -> None:
    """So that what comes next falls into one of nginx's seconds."""
    await asyncio.sleep(1.05 - time.time() % 1)


async def within_a_second(ask: Callable[[], Awaitable[list[httpx.Response]]]) -> list[httpx.Response]:
    """What is answered in one of nginx's seconds, asked anew when a busy machine took longer."""
    for _ in range(10):
        await early_in_a_second()
        second = int(time.time())
        seen = await ask()
        if int(time.time()) == second:
            return seen
    raise AssertionError("this machine answers nothing within a second")


async def three_times(visitor: httpx.AsyncClient, page: str) -> list[httpx.Response]:
    return [await visitor.get(page) for _ in range(3)]


async def test_it_keeps_for_everybody_what_a_seat_has_not_changed(world: World):
    pages = ("/creneaux", f"/creneaux/{world.slot}", "/api/v1/slots", f"/api/v1/slots/{world.slot}")
    for page in pages:
        await world.visitor.get(page)  # drawn once, so that the next is quick
        seen = await within_a_second(partial(three_times, world.visitor, page))
        assert [one.headers["x-cache"] for one in seen] == ["MISS", "HIT", "HIT"]
        assert {one.content for one in seen} == {seen[0].content}
        held = await world.visitor.get(page, headers={"If-None-Match": seen[0].headers["etag"]})
        assert held.status_code == 304

    # Many at one moment are one request to Technilab.
    many = await within_a_second(lambda: asyncio.gather(*(world.visitor.get("/creneaux") for _ in range(50))))
    assert Counter(one.headers["x-cache"] for one in many) == {"MISS": 1, "HIT": 49}

    # Looked at all the time, before and after: what was asked for later than a second after the booking shows it.
    late, booked_at = [], 0.0
    ends = time.monotonic() + 4
    while time.monotonic() < ends:
        if not booked_at and time.monotonic() > ends - 3:
            booked = await world.book()
            assert booked.status_code == 201
            booked_at = time.monotonic()
        asked_at = time.monotonic()
        free = (await world.visitor.get(f"/api/v1/slots/{world.slot}")).json()["seats_free"]
        if booked_at and asked_at > booked_at + WITHIN:
            late.append(free)
    assert (len(late) > 3, set(late)) == (True, {24})

    # Nothing old is shown in place of nothing.
    world.web.stop(signal.SIGTERM)
    await asyncio.sleep(WITHIN)
    assert (await world.visitor.get(f"/api/v1/slots/{world.slot}")).status_code == 503

    # A request has the number that nginx gave it, in its answer as in the log, whatever the visitor called it.
    number, said = booked.headers["x-request-id"], world.web.said()
    assert (len(number), f"[{number}] POST" in said, "camille" in said) == (32, True, False)


async def test_it_keeps_nothing_of_whoever_is_known(world: World):
    session = secrets.token_urlsafe(32)
    await open_session(world.teacher, session_id=session, browser="test", now=datetime.now(UTC))
    cookie = {"Cookie": f"technilab={session}"}
    await early_in_a_second()
    for page in ("/creneaux", "/mes-visites", "/compte"):
        own = await world.visitor.get(page, headers=cookie)
        assert ("Claire Renaud" in own.text, own.headers["cache-control"]) == (True, "no-store")
        assert "x-cache" not in own.headers
    key = {"Authorization": f"Bearer {world.token}"}
    assert "x-cache" not in (await world.visitor.get("/api/v1/slots", headers=key)).headers
    # Nor is a visitor's page hers, in the same second, or hers the one that is kept.
    assert "Claire Renaud" not in (await world.visitor.get("/creneaux")).text
    assert "Claire Renaud" in (await world.visitor.get("/creneaux", headers=cookie)).text
    assert (world.there.holds("Trouver une visite"), world.there.holds("Claire Renaud")) == (True, False)
    # What gives a cookie, opens by a link or refuses is asked anew each time.
    paths = ("/connexion", "/creneaux/999999", "/visa/inconnu", "/health/live")
    told = [(await world.visitor.get(path)).headers.get("x-cache", "past") for path in paths * 2]
    assert told == ["past", "MISS", "past", "past"] * 2


async def test_it_keeps_no_cookie_whatever_is_said_of_it():
    given: list[int] = []

    async def careless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A program that gives each visitor a cookie of hers on a page that everybody may keep."""
        await reader.readuntil(b"\r\n\r\n")
        given.append(len(given))
        words = "Cache-Control: public, s-maxage=1\r\nContent-Length: 2\r\nConnection: close"
        writer.write(f"HTTP/1.1 200 OK\r\nSet-Cookie: hers={given[-1]}\r\n{words}\r\n\r\nok".encode())
        writer.close()

    server = await asyncio.start_server(careless, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with front(before=port) as there:
        await early_in_a_second()
        async with httpx.AsyncClient(base_url=there.url) as client:
            # Whoever sends none back: one that is sent goes past anyway.
            client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            cookies = [(await client.get("/creneaux")).headers["set-cookie"] for _ in range(3)]
    server.close()
    assert cookies == ["hers=0", "hers=1", "hers=2"]
