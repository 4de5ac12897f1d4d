"""Pages are served where HOST says: an address of this machine, or a socket."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx

from tests.command_line import Running, eventually, free_port, technilab

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
