"""HAProxy before the web processes: one whose database is away is asked nothing, and where all are, they say it."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from booking.door.http.admission import ACTS_AT_ONCE as AT_ONCE
from deploy.cluster.layout import FILES, lay_out
from deploy.cluster.members import PATH
from deploy.fill import fill
from deploy.machines import prepare
from tests import database
from tests.command_line import data_folder, eventually, free_port
from tests.faults.cluster import until
from tests.faults.crowd import NAME
from tests.faults.site import Helper, Process, serves
from tests.front import front, nginx
from tests.replica import Server

HAPROXY = shutil.which("haproxy", path=PATH)
REQUESTS = 40
# Seen by HAProxy: two looks that failed, each as long as Technilab waits for its database.
SEEN_WITHIN = 60.0
# As haproxy.cfg has it.
UNSENT, SCANS = 529, "/api/v1/checkins"
TOKEN, FIGURES = "a-token-for-prometheus", "/haproxy/metrics"
UNSENT_ACTS = '\nhaproxy_backend_connection_errors_total{proxy="acts"} 1\n'
PLACES = {"PAGES1": "pages", "WEB1": "web1", "WEB2": "web2", "WRITE1": "write", "READ1": "read"}

pytestmark = pytest.mark.skipif(HAPROXY is None, reason="no haproxy here (deploy/packages.sh)")


@dataclass(frozen=True)
class Stand:
    """HAProxy as deploy/ has it, two web processes, and a door between each of them and the database."""

    url: str
    webs: tuple[int, int]
    gates: Helper

    def turn(self, state: str, *numbers: int) -> None:
        """Let the database answer these web processes, or not."""
        for number in numbers:
            self.gates.say(f"db{number} {state}")

    def ready(self) -> list[int]:
        """What each says of itself."""
        return [httpx.get(f"http://127.0.0.1:{web}/health/ready", timeout=30).status_code for web in self.webs]

    def statuses(self) -> Counter[int]:
        """What people are answered, who each come by a connection of their own."""
        return Counter(self.ask().status_code for _ in range(REQUESTS))

    def ask(self) -> httpx.Response:
        return httpx.get(f"{self.url}/api/v1/slots", headers={"Host": NAME}, timeout=60)


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with ExitStack() as stack:
        home = stack.enter_context(data_folder())
        server = stack.enter_context(a_database(home))
        ports = {name: free_port() for name in (*PLACES.values(), "db1", "db2")}
        gates = Helper(["tests.faults.gate"])
        stack.callback(gates.running.kill)
        at = [
            {"name": name, "at": ["127.0.0.1"], "port": ports[name], "to": ["127.0.0.1", server.port]}
            for name in ("db1", "db2")
        ]
        gates.say(json.dumps(at))
        assert gates.hear() == "open"
        for number in (1, 2):
            stack.callback(a_web_process(home, ports, number).kill)
        stack.callback(haproxy(home, ports).kill)
        for port in (ports["web1"], ports["web2"], ports["pages"]):
            eventually(lambda port=port: serves(port), f"nothing serves at {port}")
        yield Stand(f"http://127.0.0.1:{ports['pages']}", (ports["web1"], ports["web2"]), gates)


@pytest.fixture
def both_ready(stand: Stand) -> Iterator[Stand]:
    eventually(lambda: stand.ready() == [200, 200], "a web process is not ready")
    until(lambda: stand.statuses() == {200: REQUESTS}, SEEN_WITHIN, lambda: stand.ask().text)
    yield stand
    stand.turn("open", 1, 2)


def test_one_web_process_without_its_database_is_asked_nothing(both_ready: Stand):
    both_ready.turn("cut", 2)
    eventually(lambda: both_ready.ready() == [200, 503], "it is ready still")
    eventually(lambda: both_ready.statuses() == {200: REQUESTS}, "one of two is refused", within=SEEN_WITHIN)
    assert both_ready.statuses() == {200: REQUESTS}


def test_where_none_has_its_database_people_are_told_so_in_our_words(both_ready: Stand):
    both_ready.turn("cut", 1, 2)
    eventually(lambda: both_ready.ready() == [503, 503], "one is ready still")
    told: list[tuple[int, str]] = []

    def are_told() -> bool:
        answer = both_ready.ask()
        told.append((answer.status_code, answer.headers.get("content-type", "")))
        return told[-REQUESTS:] == [(503, "application/problem+json")] * REQUESTS

    eventually(are_told, str(told[-5:]), within=60)
    assert both_ready.ask().json()["type"] == "/problems/unavailable"


@pytest.mark.skipif(nginx() is None, reason="no nginx here")
def test_where_no_web_process_is_there_nobody_is_left_with_a_page_of_the_proxies():
    with ExitStack() as stack:
        home = stack.enter_context(data_folder())
        ports = {name: free_port() for name in PLACES.values()}
        stack.callback(haproxy(home, ports).kill)
        eventually(lambda: listens(ports["pages"]), "HAProxy does not listen")
        # Where the balancer itself is away, nobody knows what became of an act.
        for before, kind, words in (
            (ports["pages"], "busy", "Rien n’a été enregistré"),
            (free_port(), "unavailable", "peut-être enregistré"),
        ):
            entry = stack.enter_context(front(before=before))
            page = httpx.get(f"{entry.url}/creneaux", timeout=30)
            assert (page.status_code, "vos réservations sont gardées" in page.text, words in page.text) == (
                503,
                True,
                True,
            )
            sent = httpx.post(f"{entry.url}/api/v1/reservations", json={}, timeout=30)
            assert sent.headers["content-type"] == "application/problem+json"
            assert (sent.status_code, sent.json()["type"]) == (503, f"/problems/{kind}")
            assert all(10 <= int(told.headers["retry-after"]) <= 30 for told in (page, sent))


def test_acts_beyond_what_a_process_is_asked_at_once_are_told_to_come_back_and_neither_reads_nor_scans_wait():
    goes_on = threading.Event()

    class Held(BaseHTTPRequestHandler):
        """A web process that is at work on each act until it may go on."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            assert self.path == SCANS or goes_on.wait(60)
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    with ExitStack() as stack:
        home = stack.enter_context(data_folder())
        ports = {name: free_port() for name in PLACES.values()}
        web = ThreadingHTTPServer(("127.0.0.1", ports["web1"]), Held)
        stack.callback(web.server_close)
        stack.callback(web.shutdown)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        stack.callback(haproxy(home, ports).kill)
        url = f"http://127.0.0.1:{ports['pages']}"
        eventually(lambda: serves(ports["pages"]), "HAProxy does not listen")
        asks = stack.enter_context(ThreadPoolExecutor(AT_ONCE + 1))
        stack.callback(goes_on.set)
        asked = [asks.submit(httpx.post, f"{url}/api/v1/reservations", timeout=60) for _ in range(AT_ONCE + 1)]
        told = next(as_completed(asked)).result()
        assert (told.status_code, sum(one.done() for one in asked)) == (UNSENT, 1)
        # Whom the balancer told to come back is in no figure of ours: its own say it, to who has the token.
        assert UNSENT_ACTS in httpx.get(f"{url}{FIGURES}", headers={"Authorization": f"Bearer {TOKEN}"}).text
        for other in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer another"}):
            assert "haproxy" not in httpx.get(f"{url}{FIGURES}", headers=other).text
        assert httpx.get(f"{url}/creneaux").status_code == 200
        assert httpx.post(f"{url}{SCANS}").status_code == 200
        goes_on.set()
        assert Counter(one.result().status_code for one in asked) == {200: AT_ONCE, UNSENT: 1}


@contextmanager
def balancer() -> Iterator[str]:
    """Where one tells its figures, with nobody behind it; skips in words where none is on this machine."""
    if HAPROXY is None:
        pytest.skip("no haproxy here (deploy/packages.sh)")
    with ExitStack() as stack:
        ports = {name: free_port() for name in PLACES.values()}
        stack.callback(haproxy(stack.enter_context(data_folder()), ports).kill)
        eventually(lambda: listens(ports["pages"]), "HAProxy does not listen")
        yield f"http://127.0.0.1:{ports['pages']}{FIGURES}"


def listens(port: int) -> bool:
    """Whether anything takes connections there."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def a_database(home: Path) -> Iterator[Server]:
    """PostgreSQL with our tables, stopped at the end."""
    server = Server(home / "database", free_port())
    server.create()
    server.start()
    try:
        database.load(server.url)
        yield server
    finally:
        server.stop("immediate")


def a_web_process(home: Path, ports: dict[str, int], number: int) -> Process:
    told = {
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{ports[f'db{number}']}/technilab",
        "REDIS_URL": "none",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BASE_URL": f"https://{NAME}",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "PORT": str(ports[f"web{number}"]),
    }
    process = Process(["booking", "web"], told, home / f"web{number}.log", home / f"web{number}")
    process.start()
    return process


def haproxy(home: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    """As an application machine has it; no database machine is there, which is not what it is asked for here."""
    account = "postgres" if os.geteuid() == 0 else getpass.getuser()
    settings = {
        **lay_out(home, ports["pages"], account=account).settings,
        "CERTIFICATES": str(home / "machines" / "web1"),
    }
    prepare(settings, home / "machines")
    settings |= {name: f"127.0.0.1:{ports[port]}" for name, port in PLACES.items()} | {"HAPROXY_DIR": str(home)}
    settings["METRICS_TOKEN"] = TOKEN
    file = home / "haproxy.cfg"
    file.write_text(fill((FILES / "haproxy" / "haproxy.cfg").read_text(), {**settings, "NUMBER": "1"}))
    return subprocess.Popen([str(HAPROXY), "-db", "-f", str(file)], stdout=subprocess.DEVNULL)
