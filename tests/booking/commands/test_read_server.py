"""Pages read a replica, and nobody is shown less than what she has just done; real processes on two real servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.command_line import PATIENCE, Running, data_folder, eventually, python, running, technilab
from tests.replica import Pair, primary_and_standby

A_SLOT = """
import asyncio
from datetime import UTC, datetime, timedelta
from booking import piccolo_conf
from tests.builders import slot
print(asyncio.run(slot(starts_at=datetime.now(UTC).replace(hour=9, minute=0) + timedelta(days=40))))
"""
LEFT, BACK = "The read server", "The read server is read again"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with primary_and_standby() as two:
        yield two


@pytest.fixture(scope="module")
def slot(pair: Pair, home: Path) -> int:
    return int(python(A_SLOT, home, DATABASE_URL=pair.primary.url).communicate()[0])


@pytest.fixture(scope="module")
def key(pair: Pair, home: Path) -> dict[str, str]:
    told = {"DATABASE_URL": pair.primary.url, "DEMO": "1"}
    technilab("invite", "ada@ac-besancon.fr", "--role", "coordinator", home=home, **told)
    shown = technilab("token", "ada@ac-besancon.fr", home=home, **told).stdout.split()
    return {"Authorization": f"Bearer {shown[-1]}"}


@pytest.fixture(scope="module")
def pages(pair: Pair, home: Path) -> Iterator[Running]:
    with running("web", home=home, DATABASE_URL=pair.primary.url, DATABASE_READ_URL=pair.standby.url) as process:
        yield process


@pytest.fixture
def web(pair: Pair, pages: Running) -> Iterator[Running]:
    """Two databases of the same content, and pages that know both and have said nothing yet."""
    pair.primary.ask("UPDATE slots SET seats_taken = 0")
    pair.catch_up()
    pages.listen_anew()
    yield pages
    assert "Traceback" not in pages.said(), pages.said()[-3000:]


def fill(pair: Pair) -> None:
    pair.primary.ask("UPDATE slots SET seats_taken = seats")


@contextmanager
def standing_still(pair: Pair) -> Iterator[None]:
    pair.pause()
    try:
        yield
    finally:
        pair.resume()


def get(web: Running, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{web.url}{path}", headers=headers, timeout=PATIENCE)


def listed(web: Running, **headers: str) -> int:
    """The free seats of the only slot, as the list says."""
    answer = get(web, "/api/v1/slots", **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]["seats_free"]


def test_a_list_may_be_a_moment_old_but_not_for_who_has_just_acted_nor_where_anything_is_decided(pair, slot, key, web):
    act = {"url": f"{web.url}/connexion", "data": {"email": "claire@ac-besancon.fr"}, "headers": {"Origin": web.url}}
    acted = httpx.post(**act, timeout=PATIENCE)
    assert acted.status_code == 200, acted.text
    cookie = acted.headers["set-cookie"]
    assert cookie == "technilab-acte=1; HttpOnly; Max-Age=15; Path=/; SameSite=lax"
    with standing_still(pair):
        fill(pair)
        assert listed(web) == 24
        assert "Complet" not in get(web, "/creneaux").text
        assert listed(web, Cookie=cookie.partition(";")[0]) == 0
        assert listed(web, **key) == 0
        assert get(web, f"/api/v1/slots/{slot}").json()["seats_free"] == 0
        assert "Complet" in get(web, f"/creneaux/{slot}").text
    pair.catch_up()
    assert listed(web) == 0


def test_what_the_replica_does_not_know_yet_is_asked_of_the_primary(pair, slot, key, web):
    with standing_still(pair):
        made = httpx.post(f"{web.url}/api/v1/objects", headers=key, json={"name": "Boîte à musique"}, timeout=PATIENCE)
        assert made.status_code == 201, made.text
        assert get(web, "/api/v1/objects").json()["items"] == []
        assert get(web, made.headers["location"]).json()["name"] == "Boîte à musique"


def test_a_replica_more_than_ten_seconds_behind_is_left_alone_and_the_log_says_it_once(pair, slot, web):
    with standing_still(pair):
        fill(pair)
        assert listed(web) == 24
        eventually(lambda: listed(web) == 0, "it is read for ever")
        assert (web.said().count(LEFT), web.said().count("s behind: the primary is read")) == (1, 1)
    eventually(lambda: BACK in web.said(), "it is never read again")


def test_a_replica_that_dies_or_freezes_costs_nobody_an_answer(pair, slot, web):
    pair.standby.stop("immediate")
    assert [listed(web) for _ in range(10)] == [24] * 10
    eventually(lambda: "does not answer" in web.said(), "nothing said")
    pair.standby.start()
    eventually(lambda: BACK in web.said(), "it is never read again")
    first = psutil.Process(int((pair.standby.folder / "postmaster.pid").read_text().split()[0]))
    everyone = [first, *first.children()]
    for one in everyone:
        one.suspend()
    try:
        assert [listed(web) for _ in range(3)] == [24] * 3
    finally:
        for one in everyone:
            one.resume()
    assert web.said().count("PostgreSQL does not answer") == 0
