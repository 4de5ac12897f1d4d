"""A real site with traffic: PostgreSQL that archives its WAL and has a standby, web processes, a worker, an https door.

with watched_site() as site:
    site.act()
    site.told()     # what Prometheus reads
"""

from __future__ import annotations

import ssl
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.command_line import PATIENCE, Running, data_folder, eventually, free_port, technilab
from tests.front import CERTIFICATE
from tests.replica import Pair, primary_and_standby
from tests.watching.prometheus import answers

TOKEN = "a-token-for-prometheus"
# Seconds: the examples are made first, beside all other tests.
FILLED_WITHIN = 400.0
SENT = "SELECT min(id) FROM notices WHERE state = 'sent'"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Site:
    pair: Pair
    web: Running
    home: Path

    @property
    def address(self) -> str:
        return self.web.url.removeprefix("http://")

    def told(self) -> str:
        return told_at(f"{self.web.url}/metrics")

    def put_off_a_mail(self) -> None:
        """One that its server has not taken waits for an hour."""
        late = "UPDATE notices SET state = 'queued', next_try_at = now() + interval '1 hour' WHERE id = {}"
        eventually(lambda: self.pair.primary.ask(SENT) != "", "no mail leaves")
        self.pair.primary.ask(late.format(self.pair.primary.ask(SENT)))

    def archive_by(self, command: str) -> None:
        """From now on PostgreSQL archives its WAL by this command, and has one to archive."""
        self.pair.primary.ask(f"ALTER SYSTEM SET archive_command = '{command}'")
        self.pair.primary.ask("SELECT pg_reload_conf()")
        self.pair.primary.ask("CREATE TABLE IF NOT EXISTS written (n int)")
        self.pair.primary.ask("INSERT INTO written VALUES (1)")
        self.pair.primary.ask("SELECT pg_switch_wal()")

    def act(self) -> None:
        """A teacher books and is then refused; a host reads a badge that nobody has; the night erases."""
        accounts = httpx.get(f"{self.web.url}/demo/comptes.json", timeout=PATIENCE).json()
        teacher, host = (next(one for one in accounts if one["role"] == role) for role in ("teacher", "host"))
        open_slots = self._get("/slots?limit=50", {})["items"]
        group = self._post("/groups", teacher, name="4e A", level="4e", pupils=12, school_year="2026-2027").json()["id"]
        statuses = [
            self._post("/reservations", teacher, slot_id=slot["id"], group_id=group, pupils=12, adults=1).status_code
            for slot in (one for one in open_slots if one["seats_free"] >= 12 and "4e" in one["levels"])
        ]
        assert {201, 409} <= set(statuses), statuses
        (own, *_) = self._get(f"/slots?limit=1&school={host['school']['uai']}", {})["items"]
        scan = {"scan_id": str(uuid.uuid4()), "slot_id": own["id"], "badge": "ZZZZZZ"}
        read = self._post("/checkins", host, scans=[{**scan, "scanned_at": "2026-12-01T10:00:00+01:00"}])
        assert read.status_code == 200, read.text
        purged = technilab("purge", home=self.home, DATABASE_URL=self.pair.primary.url, DEMO="1")
        assert purged.returncode == 0, purged.stderr
        copies = {"COPIES_DIR": str(self.home / "copies"), "COPIES_DAYS": "30", "COPIES_KEY": "0123456789abcdef" * 4}
        (self.home / "copies").mkdir()
        for command in ("backup", "rehearse-restore"):
            done = technilab(command, home=self.home, DATABASE_URL=self.pair.primary.url, DEMO="1", **copies)
            assert done.returncode == 0, done.stderr

    def _get(self, path: str, account: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.web.url}/api/v1{path}", timeout=PATIENCE).json()
        return found

    def _post(self, path: str, account: dict[str, Any], **body: Any) -> httpx.Response:
        key = {"Authorization": f"Bearer {account['token']}"}
        return httpx.post(f"{self.web.url}/api/v1{path}", json=body, headers=key, timeout=PATIENCE)


def told_at(url: str) -> str:
    """What Prometheus reads there."""
    answer = httpx.get(url, headers=BEARER, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.text


@contextmanager
def watched_site() -> Iterator[Site]:
    """All of it started, with the examples in its tables; stopped and forgotten at the end."""
    with primary_and_standby() as pair, data_folder() as home, https_door(home) as door:
        pair.primary.ask("ALTER SYSTEM SET archive_mode = 'on'")
        pair.primary.ask("ALTER SYSTEM SET archive_command = '/bin/true'")
        pair.primary.stop()
        pair.primary.start()
        told = {"DATABASE_URL": pair.primary.url, "REDIS_URL": "none", "METRICS_TOKEN": TOKEN, "BASE_URL": door}
        web = Running("run", home=home, port=free_port(), WORKERS="2", STANDBYS="1", **told)
        try:
            eventually(lambda: answers(f"{web.url}/health/live"), "no page", within=FILLED_WITHIN)
            yield Site(pair, web, home)
        finally:
            web.stop()


@contextmanager
def https_door(folder: Path) -> Iterator[str]:
    """An address with a certificate of two days, as BASE_URL."""
    pem = folder / "door.pem"
    subprocess.run([*CERTIFICATE, "-keyout", pem, "-out", f"{pem}.crt"], capture_output=True, check=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{pem}.crt", pem)
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
