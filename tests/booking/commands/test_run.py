"""technilab run, web and worker: they serve, they stop, they come back, and leave nothing behind.

Pages are served where HOST says: an address of this machine, or a socket.
"""

from __future__ import annotations

import re
import signal
import socket
import time
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from booking.commands.serve import IDLE_SECONDS
from tests.command_line import ROOT, Running, eventually, free_port, processes_of, running, technilab


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_run_serves_pages_then_stops_with_nothing_left(how: signal.Signals, home: Path) -> None:
    with running("run", home=home) as everything:
        ready = httpx.get(f"{everything.url}/health/ready").json()
        assert (ready["state"], [ready["checks"][one]["ok"] for one in ("database", "queue")]) == (
            "ready",
            [True, True],
        )
        assert everything.stop(how) == 0
        assert processes_of(home) == []
        assert everything.said() == (
            f"Technilab répond sur {everything.url} (Ctrl-C pour l'arrêter)\nTechnilab est arrêté.\n"
        )


def another_child(everything: Running, name: str, dead: psutil.Process) -> bool:
    return [one for one in everything.children(name) if one != dead] != []


def test_a_second_command_shares_the_engines_of_a_running_one(home: Path) -> None:
    with running("run", home=home) as everything:
        invited = technilab("invite", "beside@ac-besancon.fr", "--role", "coordinator", home=home)
        assert (invited.returncode, invited.stderr) == (0, "")
        assert httpx.get(f"{everything.url}/health/ready").status_code == 200
        box = home / "mail"
        eventually(lambda: len(list(box.glob("*.eml"))) >= 1, "the worker sent no mail")
    assert processes_of(home) == []


def test_a_process_that_dies_is_started_again(home: Path) -> None:
    with running("run", home=home) as everything:
        (web,), (worker,) = everything.children("web"), everything.children("worker")
        serving = web.children()
        web.kill()
        worker.kill()
        for name, dead in (("web", web), ("worker", worker)):
            eventually(partial(another_child, everything, name, dead), f"no {name} again")
        eventually(lambda: not any(one.is_running() for one in serving), "the old server still serves")
        everything.wait_for_a_page()
    assert processes_of(home) == []


def test_a_killed_run_takes_everything_with_it(home: Path) -> None:
    with running("run", home=home) as everything:
        everything.process.kill()
        everything.process.wait()
        eventually(lambda: processes_of(home) == [], "something still runs")


def test_an_engine_that_dies_is_started_again_with_its_data(home: Path) -> None:
    with running("run", home=home) as everything:
        for engine in (one for one in processes_of(home) if one.name() in {"postgres", "valkey-server"}):
            engine.kill()
        ready = f"{everything.url}/health/ready"
        eventually(lambda: httpx.get(ready, timeout=30).status_code == 200, "the engines did not come back")
        assert technilab("token", "ada@ac-besancon.fr", home=home).returncode == 0


def test_a_taken_port_is_told_before_anything_starts(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("run", "web"):
            said = technilab(command, home=home, DEMO="1", PORT=str(port))
            assert (said.returncode, said.stdout) == (2, "")
            assert said.stderr == (
                f"Le port {port} est déjà pris par un autre programme : arrêtez-le, ou choisissez un autre PORT.\n"
            )


def test_several_web_processes_share_one_address(home: Path) -> None:
    port = free_port()
    with running("web", home=home, port=port), running("web", home=home, port=port, WORKERS="2") as second:
        eventually(lambda: len(psutil.Process(second.process.pid).children()) == 2, "two processes do not serve")
        assert second.stop() == 0
        assert httpx.get(f"{second.url}/health/ready").status_code == 200
    assert processes_of(home) == []


def test_a_serving_process_heeds_the_one_that_watches_over_it_and_is_replaced_when_it_dies(home: Path) -> None:
    with running("web", home=home) as web:
        (serving,) = web.children("booking.commands.serve")
        serving.send_signal(signal.SIGINT)  # as Ctrl-C does to all of a terminal
        time.sleep(1)
        assert web.children("booking.commands.serve") == [serving]
        web.wait_for_a_page()
        serving.kill()
        eventually(partial(another_child, web, "booking.commands.serve", serving), "no server again")
        web.wait_for_a_page()
        assert web.stop(signal.SIGINT) == 0
    assert "Traceback" not in web.said()
    assert processes_of(home) == []


def test_what_stands_in_front_lets_go_of_an_idle_connection_first() -> None:
    """One that is closed by the server has perhaps an act under way, just sent."""
    kept = re.findall(r"timeout server (\d+)s", (ROOT / "deploy" / "haproxy" / "haproxy.cfg").read_text())
    assert [int(one) < IDLE_SECONDS for one in kept] == [True]
    assert "keepalive_timeout" not in (ROOT / "deploy" / "nginx" / "technilab.conf").read_text()  # a minute


def test_a_worker_alone_sends_what_waits(home: Path) -> None:
    technilab("invite", "alone@ac-besancon.fr", "--role", "coordinator", home=home)
    worker = Running("worker", home=home, port=free_port())
    eventually(lambda: mails_to("alone@ac-besancon.fr", home) == 1, "the worker sent no mail")
    # The file is there a moment before the word that it was sent.
    eventually(lambda: said_last(home) == "oui  Travail de fond : tourne", "the mail still waits")
    assert worker.stop() == 0
    assert processes_of(home) == []


def said_last(home: Path) -> str:
    return technilab("check", home=home, DEMO="1").stdout.splitlines()[-1]


def mails_to(address: str, home: Path) -> int:
    return sum(f"<{address}>" in file.read_text() for file in home.glob("mail/*.eml"))


ELSEWHERE = "127.0.0.2"


def refused(home: Path, **told: str) -> str:
    said = technilab("web", home=home, DEMO="1", **told)
    assert said.returncode == 2
    return said.stderr.strip()


def alive(by: httpx.BaseTransport, url: str) -> bool:
    with httpx.Client(transport=by) as client:
        try:
            return client.get(f"{url}/health/live").json() == {"state": "alive"}
        except httpx.TransportError:
            return False


def test_an_address_that_host_names_serves_and_no_other_does(home: Path) -> None:
    port = free_port()
    web = Running("web", home=home, port=port, HOST=ELSEWHERE, WORKERS="2")
    try:
        eventually(lambda: alive(httpx.HTTPTransport(), f"http://{ELSEWHERE}:{port}"), "no page")
        assert not alive(httpx.HTTPTransport(), f"http://127.0.0.1:{port}")
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
    finally:
        web.stop()
    assert refused(home, HOST="192.0.2.1", PORT=str(port)) == "HOST : cette machine n'a pas l'adresse « 192.0.2.1 »."
    assert refused(home, HOST="no host", PORT=str(port)) == "HOST : cette machine n'a pas l'adresse « no host »."


def test_a_socket_serves_and_whoever_hands_on_by_it_may_be_trusted(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))  # what a server that was killed leaves
    told = {"HOST": f"unix:{path}", "TRUSTED_PROXIES": "unix"}
    web = Running("web", home=home, port=free_port(), **told)
    try:
        by_socket = httpx.HTTPTransport(uds=str(path))
        eventually(lambda: alive(by_socket, "http://127.0.0.1"), "no page")
        assert path.stat().st_mode & 0o777 == 0o666
        with httpx.Client(transport=by_socket, base_url="http://127.0.0.1") as proxy:
            # A link asked for too often is refused to that address alone: the proxy hands each one on.
            shown = [ask(proxy, f"192.0.2.{one}") for one in range(1, 40)]
            assert set(shown) == {200}
            assert 429 in [ask(proxy, "192.0.2.1") for _ in range(40)]
        assert refused(home, **told) == f"Le socket {path} est déjà pris par un autre programme : arrêtez-le."
    finally:
        assert web.stop() == 0
    nowhere = tmp_path / "absent" / "web.sock"
    assert refused(home, HOST=f"unix:{nowhere}") == (
        f"Le socket {nowhere} ne peut pas être créé (No such file or directory)."
    )


def ask(proxy: httpx.Client, address: str) -> int:
    told = {"Origin": "http://127.0.0.1", "X-Forwarded-For": address}
    return proxy.post("/connexion", data={"email": f"{address}@example.org"}, headers=told).status_code
