"""A request reaches the address that was resolved and allowed, and no other.

Ten thousand events under workers that are killed: none is lost, and those about one visit arrive in order.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import ssl
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking.mails.webhooks import post as posting
from booking.mails.webhooks.post import Gone, NotTaken, Post
from tests import builders
from tests.booking.mails.webhooks.told import BOOKED, a_lycee, a_visit
from tests.builders import NOW
from tests.receiver import receiver
from tests.telling import worker_of
from workshops.database import rows, value

HEADERS = {"webhook-id": "msg_1"}


async def refused(post: Post, url: str) -> str:
    with pytest.raises(NotTaken) as no:
        await post.send(url, b"{}", HEADERS)
    return str(no.value)


async def test_the_receiver_reads_the_headers_and_the_body_and_its_own_name():
    async with receiver() as there:
        await Post(trial=True).send(there.url, b'{"a":1}', HEADERS)
    (told,) = there.told
    assert (told.path, told.body) == ("/told", b'{"a":1}')
    assert told.headers["host"] == there.url.split("/")[2]
    assert {name: told.headers[name] for name in ("content-type", "user-agent", "webhook-id")} == {
        "content-type": "application/json",
        "user-agent": "Technilab",
        "webhook-id": "msg_1",
    }


@pytest.mark.parametrize("found", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
async def test_a_name_that_leads_into_our_own_network_is_not_connected_to(found):
    public_too = Post(trial=False, resolve=lambda host, port: ["93.184.216.34", found])
    assert (
        await refused(public_too, "https://agenda.example.org/") == "Le nom mène à une adresse qui n'est pas publique."
    )


async def test_what_was_resolved_is_what_is_connected_to_though_the_name_answers_otherwise_now(monkeypatch):
    """DNS rebinding: the name is asked once."""
    asked = []

    def once(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    async with receiver() as there:
        port = int(there.url.split(":")[2].split("/")[0])
        await Post(trial=True, resolve=once).send(f"http://localhost:{port}/told", b"{}", HEADERS)
    assert (asked, len(there.told), there.told[0].headers["host"]) == ([("localhost", port)], 1, f"localhost:{port}")


async def test_a_redirect_is_a_failure_and_is_not_followed():
    async with receiver() as other, receiver(307, more=f"Location: {other.url}\r\n") as there:
        said = await refused(Post(trial=True), there.url)
    assert (said, other.told) == ("Le logiciel renvoie à une autre adresse (307), qui n'est pas suivie.", [])


async def test_each_failure_is_said_in_words(monkeypatch):
    post = Post(trial=True)
    async with receiver(500, 410) as there:
        assert await refused(post, there.url) == "Le logiciel a répondu 500."
        with pytest.raises(Gone):
            await post.send(there.url, b"{}", HEADERS)
        there.seconds = 3
        monkeypatch.setattr(posting, "ANSWER_SECONDS", 1)
        assert await refused(post, there.url) == "Pas de réponse en 1 secondes."
        monkeypatch.undo()
        gone = there.url
    assert await refused(post, gone) == "La connexion est refusée."
    nowhere = Post(trial=False, resolve=lambda host, port: [])
    assert await refused(nowhere, "https://agenda.example.org/") == "Le nom de l'adresse est introuvable."
    assert await refused(Post(trial=False), gone) == "L'adresse commence par https:// : ce qui part est chiffré."


async def test_a_receiver_that_hangs_up_is_a_failure():
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await refused(Post(trial=True), f"http://127.0.0.1:{port}/")
    assert said == "La connexion a été coupée avant la réponse."


async def test_the_certificate_must_be_of_the_name_that_was_typed(tmp_path):
    server, client = a_certificate(tmp_path, "localhost")
    async with receiver(tls=server) as there:
        await Post(trial=True, tls=client).send(there.url, b"{}", HEADERS)
        assert len(there.told) == 1
        unknown = await refused(Post(trial=True), there.url)
        other = await refused(Post(trial=True, tls=client), there.url.replace("localhost", "127.0.0.1"))
    assert (unknown, other) == ("Le certificat https du logiciel n'est pas accepté.",) * 2


def a_certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of this name shows, and what trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


# 300 with the others, 10 000 when it is asked for: WEBHOOK_EVENTS=10000 pytest -s this file.
EVENTS = int(os.environ.get("WEBHOOK_EVENTS", "300"))
VISITS = max(20, EVENTS // 50)
WORKERS = 3
TELLER = """
import asyncio
from datetime import UTC, datetime, timedelta
from booking.mails.fan_out import fan_out
from booking.mails.webhooks import deliver
from booking.mails.webhooks.post import Post
from workshops.database import open_pool

# A worker that dies gives its deliveries back after the lease: a short one here, the test does not wait a minute.
deliver.LEASE = timedelta(seconds=2)
deliver.AT_A_STRETCH = 1

async def run():
    async with open_pool(size=4):
        print("up", flush=True)
        while True:
            now = datetime.now(UTC)
            await fan_out(now=now)
            await deliver.deliver_webhooks(
                Post(trial=True), base_url="http://127.0.0.1:8000", secret_key="k" * 40, clock=lambda: datetime.now(UTC)
            )
            await asyncio.sleep(0.02)

asyncio.run(run())
"""
RECORD = """WITH event AS (
  INSERT INTO events (at, act, about_kind, about)
  SELECT $1, 'reservation_booked', 'reservation', v FROM unnest($2::int[]) AS v RETURNING id, about_kind, about
) INSERT INTO events_to_tell (event, about_kind, about) SELECT id, about_kind, about FROM event"""


async def test_killed_workers_lose_nothing_and_keep_the_order_of_each_visit(db):
    lycee, host = await a_lycee()
    visits = [await a_visit(lycee=lycee) for _ in range(VISITS)]
    chance, began = random.Random(11), time.monotonic()
    children = [worker_of(TELLER) for _ in range(WORKERS)]
    killed = 0
    async with receiver(seconds=0.002) as there:
        await builders.webhook(membership=host, url=there.url, acts=BOOKED)
        # At the same time, of another subscription nothing ever arrives.
        await builders.webhook(membership=host, url="http://127.0.0.1:9/", acts=BOOKED)
        try:
            for _ in range(EVENTS // 20):
                await rows(RECORD, NOW, chance.sample(visits, 20))
                await asyncio.sleep(0.05)
                if chance.random() < min(0.4, 1000 / EVENTS):
                    place = chance.randrange(WORKERS)
                    children[place].send_signal(signal.SIGKILL)
                    children[place].wait()
                    children[place] = worker_of(TELLER)
                    killed += 1
            while len({one.data["id"] for one in there.told}) < EVENTS:
                assert time.monotonic() - began < 60 + EVENTS / 10, len(there.told)
                await asyncio.sleep(0.1)
        finally:
            for child in children:
                child.kill()
                child.wait()
    first = defaultdict(list)
    for one in there.told:
        if one.data["id"] not in first[one.data["about"]]:
            first[one.data["about"]].append(one.data["id"])
    seconds = time.monotonic() - began
    print(f"{EVENTS} events, {killed} workers killed, {len(there.told) - EVENTS} told twice, {seconds:.0f} s")
    assert sum(map(len, first.values())) == EVENTS == await value("SELECT count(*) FROM events")
    assert [ids for ids in first.values() if ids != sorted(ids)] == []
    assert killed > 0
