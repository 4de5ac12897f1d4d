"""What Prometheus reads of several web processes at one address."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.booking.commands.conftest import ADA
from tests.command_line import PATIENCE, running, technilab

TOKEN = "prometheus-token-of-this-test"
COUNT = re.compile(r'^technilab_request_seconds_count\{method="(.+)",route="(.+)",status="(.+)"\} (.+)$', re.MULTILINE)


def test_whichever_process_is_asked_tells_the_requests_of_all_by_route_never_by_address(home: Path):
    with running("web", home=home, METRICS_TOKEN=TOKEN, WORKERS="2") as web:
        paths = ["/creneaux", "/api/v1/slots/987654", "/objets?q=camille", "/nulle-part/camille", "/lycees/0250099Z"]
        with ThreadPoolExecutor(8) as several:
            list(several.map(lambda path: httpx.get(f"{web.url}{path}", timeout=PATIENCE).status_code, paths * 8))
        counted = {_counted(_metrics(web.url)) for _ in range(4)}
        said = _metrics(web.url)
    ((slots, one, objects, nowhere, lycee),) = counted
    assert (slots, one, objects, nowhere, lycee) == (8, 8, 8, 8, 8)
    assert [word for word in ("987654", "camille", "0250099Z") if word in said] == []
    figures = re.findall(r"^(technilab_(?!request|pool)\w+) ", said, re.MULTILINE)
    assert figures == [
        "technilab_disk_free_bytes",
        "technilab_outbox_waiting",
        "technilab_outbox_failed",
        "technilab_outbox_oldest_seconds",
        "technilab_events_to_tell",
        "technilab_standbys_streaming",
        "technilab_migrations_lacking",
    ]
    assert re.findall(r'^technilab_pool_connections\{doing="(\w+)"\}', said, re.MULTILINE) == ["waiting", "working"]


def test_a_wrong_token_an_account_s_key_and_none_read_nothing(home: Path):
    with running("web", home=home, METRICS_TOKEN=TOKEN) as web:
        key = {"Authorization": f"Bearer {technilab('token', ADA, home=home, DEMO='1').stdout.split()[0]}"}
        assert httpx.get(f"{web.url}/api/v1/me", headers=key, timeout=PATIENCE).status_code == 200
        shown = [{}, key, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}]
        answers = [httpx.get(f"{web.url}/metrics", headers=one, timeout=PATIENCE) for one in shown]
    assert [one.status_code for one in answers] == [401, 401, 401, 200]
    assert (answers[0].content, answers[0].headers["www-authenticate"]) == (b"", "Bearer")


def _metrics(url: str) -> str:
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def _counted(said: str) -> tuple[float, ...]:
    """Requests of the list, of one slot, of the objects, of nowhere and of one lycée."""
    found = {(method, route, status): float(count) for method, route, status, count in COUNT.findall(said)}
    asked = [
        *[("/creneaux", "200"), ("/api/v1/slots/{slot}", "404"), ("/objets", "200"), ("none", "404")],
        ("/lycees/{uai}", "404"),
    ]
    return tuple(found.get(("GET", route, status), 0.0) for route, status in asked)
