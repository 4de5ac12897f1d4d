"""`make cluster`: it says who runs, it serves, every database holds what was booked."""

from __future__ import annotations

import re
import ssl
import time

import asyncpg
import httpx

from tests.faults.cluster import Cluster, until
from tests.smtp import PostOffice

LINE = re.compile(r"^([a-z]+) (127\.0\.0\.1:\d+|-) (\d+)$", re.MULTILINE)


def test_it_says_one_line_a_process_then_where_people_enter(cluster: Cluster):
    said = cluster.said()
    roles = [role for role, _, _ in LINE.findall(said)]
    assert {role: roles.count(role) for role in roles} == {
        **{"etcd": 3, "patroni": 3, "postgres": 3, "sentinel": 3, "valkey": 2},
        **{"haproxy": 2, "pgbouncer": 2, "web": 2, "worker": 2, "nginx": 2},
    }
    second, entry = said.splitlines()[-2:]
    assert entry == f"entry http://127.0.0.1:{cluster.port}"
    assert second == f"nginx2 http://{cluster.told()['settings']['ENTRY2']}"


def test_the_site_answers_at_both_its_doors_and_by_tls(cluster: Cluster):
    settings = cluster.told()["settings"]
    certificate = ssl.create_default_context(cafile=cluster.folder / "tls" / "technilab.crt")
    for (host, port), by_tls in zip(cluster.doors(), ("ENTRY_TLS", "ENTRY_TLS2"), strict=True):
        plain = httpx.get(f"http://{host}:{port}/health/ready")
        sealed = httpx.get(f"https://{settings[by_tls]}/health/ready", verify=certificate)
        assert (plain.status_code, sealed.status_code) == (200, 200)
        assert (plain.json()["state"], sealed.json()["checks"]["database"]["ok"]) == ("ready", True)
        assert httpx.get(f"http://{host}:{port}/creneaux").status_code == 200


def test_a_visitor_without_a_session_is_shown_the_slots_through_the_cache(cluster: Cluster):
    for path in ("/creneaux", "/api/v1/slots"):
        seen = httpx.get(f"http://127.0.0.1:{cluster.port}{path}")
        assert (seen.status_code, "X-Cache" in seen.headers) == (200, True)


async def test_a_booking_is_soon_read_on_every_standby(whole: Cluster, world):
    slot = world["slots"][0]["id"]
    body = {"slot_id": slot, "group_id": world["groups"][0][0], "pupils": 24, "adults": 2}
    key = {"Authorization": f"Bearer {world['teachers'][0]}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{whole.port}") as client:
        answer = await client.post("/api/v1/reservations", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    found = {}
    for number, role in whole.members().items():
        connection = await asyncpg.connect(whole.url(f"POSTGRES{number}"))
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and number not in found:
            taken = await connection.fetchval("SELECT seats_taken FROM slots WHERE id = $1", slot)
            if taken == 24:
                found[number] = (role, await connection.fetchval("SELECT pg_is_in_recovery()"))
        await connection.close()
    assert sorted(found.values()) == [("leader", False), ("replica", True), ("sync_standby", True)]


async def test_no_server_compiles_a_question_before_it_answers(whole: Cluster):
    for number in whole.members():
        connection = await asyncpg.connect(whole.url(f"POSTGRES{number}"))
        assert await connection.fetchval("SHOW jit") == "off"
        await connection.close()


def test_every_line_of_web_and_worker_is_an_object_that_names_its_request(whole: Cluster, world, post: PostOffice):
    post.answers = ["550 unknown"] * 20
    body = {"slot_id": world["slots"][1]["id"], "group_id": world["groups"][0][0], "pupils": 24, "adults": 2}
    key = {"Authorization": f"Bearer {world['teachers'][0]}"}
    booked = httpx.post(f"http://127.0.0.1:{whole.port}/api/v1/reservations", json=body, headers=key, timeout=30)
    number = booked.headers["x-request-id"]

    def of_it(role: str) -> set[tuple[str, str]]:
        lines = whole.logged(f"{role}1") + whole.logged(f"{role}2")
        assert [line for line in lines if not {"at", "level", "request"} < line.keys()] == []
        return {(line["level"], line["logger"]) for line in lines if line["request"] == number}

    until(lambda: bool(of_it("web") and of_it("worker")), 60, lambda: str(of_it("web") | of_it("worker")))
    assert of_it("web") == {("info", "technilab.requests")}
    assert of_it("worker") == {("error", "booking.outbox.notices.deliver")}
    post.answers.clear()
