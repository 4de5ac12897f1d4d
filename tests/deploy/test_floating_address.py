"""The site's address is at one of two machines: it goes to the other where nginx dies or the machine does."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.command_line import eventually
from tests.deploy.two_doors import Machine, TwoDoors, said, two_doors, why_not
from tests.faults.crowd import NAME, Crowd, longest_gap
from tests.faults.verify import verify

# Two checks that fail, or three words that the other does not hear, and what a busy machine adds.
MOVES_WITHIN = 20.0
# Longer than the other takes to notice anything.
LOOKS = 8.0


@pytest.fixture(scope="module")
def doors():
    if lacking := why_not():
        print(f"skipped: {lacking}")
        pytest.skip(lacking)
    with two_doors() as both:
        yield both


@pytest.fixture
def whole(doors: TwoDoors) -> TwoDoors:
    """Both machines there, and the address at one of them."""
    eventually(doors.whole, doors.logs(), within=MOVES_WITHIN)
    return doors


async def nothing_lost(doors: TwoDoors, crowd: Crowd) -> None:
    """What the clients were told is what the database holds, once they have come home."""
    crowd.call_home()
    acts = crowd.come_home()
    assert await verify(acts, doors.database_url, desk=crowd.world["desk"]) == []
    assert crowd.contradictions() == []


def moved(doors: TwoDoors, crowd: Crowd, to: int, *, since: float) -> float:
    """Seconds without an act since then, once the address is there and all go on."""
    eventually(lambda: doors.holders() == [to], doors.logs(), within=MOVES_WITHIN)
    time.sleep(3)
    return longest_gap(crowd.acts(), since=since, until=time.monotonic())


async def noticed_by_nobody(doors: TwoDoors, crowd: Crowd, back: Machine) -> None:
    """A machine serves again, and the address stays where it is: no act from then on was asked for twice."""
    [has], since = doors.holders(), time.monotonic()
    eventually(lambda: back.serves, "it does not serve", within=MOVES_WITHIN)
    await asyncio.sleep(LOOKS)
    assert doors.holders() == [has]
    await nothing_lost(doors, crowd)
    assert [act for act in crowd.acts() if act.asked_since > since and (act.tries > 1 or act.ended is None)] == []


async def test_where_nginx_dies_the_address_goes_to_the_other_machine_and_nothing_is_lost(whole, tmp_path: Path):
    [had] = whole.holders()
    with whole.people(tmp_path) as crowd:
        since = time.monotonic()
        whole.machines[had].kill("nginx")
        gap = moved(whole, crowd, 3 - had, since=since)
        whole.machines[had].start("nginx")
        await noticed_by_nobody(whole, crowd, whole.machines[had])
    said("nginx dead", gap, crowd.acts())
    assert gap < MOVES_WITHIN


async def test_where_the_machine_goes_the_other_takes_the_address_and_nothing_is_lost(whole, tmp_path: Path):
    [had] = whole.holders()
    with whole.people(tmp_path) as crowd:
        since = time.monotonic()
        whole.machines[had].off()
        gap = moved(whole, crowd, 3 - had, since=since)
        whole.machines[had].on()
        await noticed_by_nobody(whole, crowd, whole.machines[had])
    said("machine off", gap, crowd.acts())
    assert gap < MOVES_WITHIN


async def test_who_is_to_be_stopped_hands_the_address_over_at_once(whole: TwoDoors, tmp_path: Path):
    [had] = whole.holders()
    with whole.people(tmp_path) as crowd:
        since = time.monotonic()
        whole.machines[had].stop("keepalived")
        gap = moved(whole, crowd, 3 - had, since=since)
        await nothing_lost(whole, crowd)
    whole.machines[had].start("keepalived")
    said("handed over", gap, crowd.acts())
    assert gap < MOVES_WITHIN / 2


def test_where_neither_serves_the_address_stays_at_one_and_people_are_answered(whole: TwoDoors):
    whole.web.kill()
    eventually(lambda: not any(one.serves for one in whole.machines.values()), "one serves still")
    # Whoever sees it first gives the address away, to whoever sees it next.
    time.sleep(LOOKS)
    [has] = whole.holders()
    try:
        assert httpx.get(f"http://{whole.site}/creneaux", headers={"Host": NAME}, timeout=30).status_code == 503
        time.sleep(LOOKS)
        assert whole.holders() == [has]
    finally:
        whole.web.start()
    eventually(whole.whole, whole.logs(), within=60)
