"""Each rule of technilab check --deploy finds one fault, alone; etcd and Patroni are asked as anybody would."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from booking.commands.check_deploy import (
    of_cluster,
    of_copies,
    of_database,
    of_doors,
    of_machine,
    of_people,
    of_settings,
    of_site,
)
from booking.commands.check_deploy.finding import judged
from booking.commands.check_deploy.of_cluster import Cluster
from booking.commands.check_deploy.of_copies import Copies
from booking.commands.check_deploy.of_database import Catalogue
from booking.commands.check_deploy.of_doors import Doors
from booking.commands.check_deploy.of_machine import Machine
from booking.commands.check_deploy.of_people import People
from booking.commands.check_deploy.of_settings import Environment
from booking.commands.check_deploy.of_site import Answer, Site
from booking.outbox.copies.rules import Act, Kept, Way
from booking.outbox.watch.migrations import ours
from booking.process.settings import read_settings
from booking.process.version import VERSION
from tests.authority import Authority
from tests.command_line import eventually, free_port

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SUBJECTS = (of_settings, of_machine, of_database, of_people, of_copies, of_site, of_doors, of_cluster)
KEPT = tuple(name for names in ours().values() for name in names)
HOME = Answer(
    200,
    {
        **dict.fromkeys(of_site.HEADERS, "said"),
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "date": "Tue, 01 Dec 2026 09:00:00 GMT",
    },
    ends_at=NOW + timedelta(days=60),
)


def copied(act: Act = Act.COPY, *, failed_at: datetime | None = None, failure: str = "", **ago: int) -> Kept:
    done_at = NOW - timedelta(**ago or {"minutes": 1})
    return Kept(act, Way.FILE, done_at, done_at, 2, 30, failed_at, failure)


FINE: dict[type, Any] = {
    Environment: Environment(
        replace(
            read_settings(),
            demo=False,
            secret_key="0f4c1d9be72a83655d3e9c01b7fa2846a1c0",
            base_url="https://technilab.test",
            smtp_url="smtps://ada:password@smtp.test",
            mail_from="visites@technilab.test",
            imap_url="imaps://ada:password@imap.test/INBOX",
            trusted_proxies=("127.0.0.1",),
            metrics_token="9c1d0be72a83655d3e9c01b7",
            log_format="json",
        )
    ),
    Machine: Machine(Path("/var/lib/technilab"), (), 10**11, 0.5, 0.5, 2, 2, True),
    Catalogue: Catalogue(17, False, False, (), True, "on", NOW, NOW - timedelta(days=9), 2, KEPT, timedelta(), 2, True),
    People: People(0, 2, 0, True, "dpo@technilab.test", False),
    Copies: Copies([copied(hours=9), copied(Act.REHEARSAL, days=20)], NOW),
    Site: Site(
        "https://technilab.test",
        8000,
        home=HOME,
        other_name=Answer(400, {}),
        metrics=Answer(401, {}),
        ready=Answer(200, {}, b'{"state":"ready","version":"%s"}' % VERSION.encode()),
        in_clear=Answer(301, {"location": "https://technilab.test/"}),
        seen_at=NOW,
    ),
    Cluster: Cluster(),
    Doors: Doors(told=True, known=("10.0.0.21:443", "10.0.0.22:443")),
}


def without(name: str) -> Answer:
    return replace(HOME, headers={key: value for key, value in HOME.headers.items() if key != name})


def settings(**changed: object) -> dict[str, object]:
    return {"settings": replace(FINE[Environment].settings, **changed)}


# By rule: whose facts, what is otherwise, how the line begins. A rule may have several faults.
FAULTS: dict[str, list[tuple[type, dict[str, Any], str]]] = {
    "of_settings.trial": [(Environment, settings(demo=True), "DEMO : ")],
    "of_settings.reload": [(Environment, settings(reload=True), "RELOAD : ")],
    "of_settings.secret_key": [(Environment, settings(secret_key="short"), "SECRET_KEY : moins de 32")],
    "of_settings.base_url": [(Environment, settings(base_url="http://technilab.test"), "BASE_URL : ")],
    "of_settings.smtp": [(Environment, settings(smtp_url=""), "SMTP_URL : aucun mail")],
    "of_settings.mail_from": [(Environment, settings(mail_from="technilab@example.org"), "MAIL_FROM : ")],
    "of_settings.mail_rate": [(Environment, settings(mail_rate=0), "MAIL_RATE : ")],
    "of_settings.replies": [(Environment, settings(imap_url=""), "IMAP_URL : personne ne lit")],
    "of_settings.imap": [(Environment, settings(imap_url="imap://a:b@x.test/I?starttls=never"), "IMAP_URL : le mot")],
    "of_settings.proxies": [(Environment, settings(trusted_proxies=()), "TRUSTED_PROXIES : ")],
    "of_settings.metrics_token": [(Environment, settings(metrics_token=""), "METRICS_TOKEN : manque")],
    "of_settings.log_format": [(Environment, settings(log_format="text"), "LOG_FORMAT : ")],
    "of_settings.database_tls": [
        (Environment, settings(database_url="postgresql://a:b@db1.test,db2.test/t"), "DATABASE_URL : la base est"),
        (Environment, {"migrate_url": "postgresql://a:b@10.0.0.11:5432/t?sslmode=disable"}, "MIGRATE_URL : la base"),
    ],
    "of_settings.queue": [(Environment, settings(redis_url="redis://10.0.0.11:6379"), "REDIS_URL : ")],
    "of_machine.rights": [(Machine, {"open_files": (Path("/etc/x.env"),)}, "Droits des fichiers : ")],
    "of_machine.disk": [
        (Machine, {"free": 900_000_000}, "Disque : il ne reste presque plus de place"),
        (Machine, {"room": 0.04}, "Disque : il ne reste presque plus de place"),
        (Machine, {"inodes": 0.01}, "Disque : il ne reste presque plus de fichiers"),
    ],
    "of_machine.processes": [
        (Machine, {"workers": 3}, "WORKERS : 3 processus se partagent 2 cœurs. Mettez WORKERS=2."),
        (Machine, {"workers": 1, "cores": 8}, "WORKERS : un seul processus sert, sur 8 cœurs. Mettez WORKERS=4."),
    ],
    "of_machine.security_log": [(Machine, {"log_writes": False}, "Journal de sécurité : rien ne peut s'écrire dans")],
    "of_database.version": [(Catalogue, {"version": 14}, "PostgreSQL : la version 14")],
    "of_database.superuser": [(Catalogue, {"superuser": True, "owns": True}, "Compte de la base : DATABASE_URL")],
    "of_database.owner": [
        (Catalogue, {"owns": True}, "Compte de la base : celui qui sert"),
        (Catalogue, {"beyond": ("créer des tables",)}, "Compte de la base : celui de DATABASE_URL peut plus qu'agir"),
        (Catalogue, {"migrates_apart": False}, "MIGRATE_URL : manque"),
        (Catalogue, {"owns": True, "migrates_apart": False}, "Compte de la base : celui qui sert"),
    ],
    "of_database.durable": [(Catalogue, {"keeps": False}, "fsync : ")],
    "of_database.commits": [
        (Catalogue, {"commits": "off"}, "synchronous_commit : PostgreSQL répond avant d'avoir écrit"),
        (Catalogue, {"commits": "local"}, "synchronous_commit : PostgreSQL répond avant qu'une deuxième machine"),
    ],
    "of_database.archive": [
        (
            Catalogue,
            {"archive_failed_at": NOW + timedelta(1)},
            "Archivage : archive_command échoue depuis le 02/12",
        ),
        (Catalogue, {"archived_at": None}, "Archivage : archive_command échoue depuis le 22/11/2026 à 09:00 UTC"),
    ],
    "of_database.following": [
        (Catalogue, {"following": 1}, "STANDBYS : 1 sur 2 copies de la base suivent. patronictl -c"),
        (Catalogue, {"following": 3}, "STANDBYS : 3 copies suivent pour 2 attendues"),
    ],
    "of_database.tables": [
        (Catalogue, {"ran": KEPT[1:]}, "Tables : 1 à mettre à jour. technilab migrate."),
        (Catalogue, {"ran": (*KEPT, "2099-01-01T00:00")}, "Tables : une version plus récente"),
        (Catalogue, {"ran": (*KEPT, "2026-11-01T00:00")}, "Tables : elles sont d'un temps"),
    ],
    "of_database.clock": [
        (Catalogue, {"clock_off": timedelta(seconds=40)}, "Horloge : celle de la base et celle de cette machine")
    ],
    "of_people.examples": [(People, {"examples": 2}, "Exemples : 2 comptes d'exemple sont encore là")],
    "of_people.proofs": [(People, {"proved": 0}, "Coordination : personne")],
    "of_people.idle": [(People, {"idle": 2}, "Comptes de coordination : 2 comptes qui peuvent tout n'ont pas servi")],
    "of_people.operator": [(People, {"answers": False}, "OPERATOR : ")],
    "of_people.officer": [(People, {"dpo": ""}, "DPO : ")],
    "of_copies.made": [
        (Copies, {"found": []}, "Copies : aucune copie de sauvegarde n'a encore été faite. Aucune copie"),
        (Copies, {"found": [copied(hours=27), copied(Act.REHEARSAL)]}, "Copies : les copies de sauvegarde ne se font"),
        (
            Copies,
            {"found": [copied(failed_at=NOW, failure="disque plein"), copied(Act.REHEARSAL)]},
            "Copies : la dernière copie de sauvegarde a échoué. Échec il y a 0 min : disque plein",
        ),
    ],
    "of_copies.rehearsed": [
        (Copies, {"found": [copied()]}, "Répétition : aucune copie de sauvegarde n'a été essayée"),
        (Copies, {"found": [copied(), copied(Act.REHEARSAL, days=41)]}, "Répétition : aucune copie de sauvegarde n'a"),
    ],
    "of_site.answers": [
        (Site, {"home": None, "away": "timed out"}, "Site : https://technilab.test ne répond pas d'ici (timed out)"),
        (Site, {"home": replace(HOME, status=502)}, "Site : https://technilab.test ne répond pas d'ici (réponse 502)"),
        (Site, {"home": None, "untrusted": "self-signed"}, "Certificat : un navigateur le refuse (self-signed)"),
    ],
    "of_site.certificate": [
        (Site, {"home": replace(HOME, ends_at=NOW + timedelta(days=13))}, "Certificat : finit dans 13 jours")
    ],
    "of_site.headers": [
        (Site, {"home": without(name)}, f"En-têtes : le serveur web ôte {name}.") for name in of_site.HEADERS
    ],
    "of_site.https_only": [
        (Site, {"home": without("strict-transport-security")}, "HSTS : "),
        (Site, {"home": replace(HOME, headers={**HOME.headers, "strict-transport-security": "max-age=60"})}, "HSTS : "),
    ],
    "of_site.other_name": [
        (Site, {"other_name": Answer(200, {})}, "Host : le site répond aussi sous le nom autre.example"),
        (Site, {"other_name": Answer(302, {"location": "https://technilab.test/"})}, "Host : le site répond aussi"),
    ],
    "of_site.metrics": [(Site, {"metrics": Answer(200, {})}, "/metrics : s'ouvre sans METRICS_TOKEN")],
    "of_site.trial": [(Site, {"trial": Answer(200, {})}, "/demo : ")],
    "of_site.in_clear": [
        (Site, {"in_clear": Answer(200, {})}, "http : le port 80 répond 200"),
        (Site, {"in_clear": Answer(301, {"location": "http://www.technilab.test/"})}, "http : le port 80 répond 301"),
    ],
    "of_site.direct": [(Site, {"direct": Answer(200, {})}, "HOST : les pages se lisent sans https au port 8000")],
    "of_site.clock": [(Site, {"seen_at": NOW + timedelta(seconds=31)}, "Horloge du site : diffère de celle de cette")],
    "of_site.served": [(Site, {"ready": Answer(200, {}, b'{"version":"0.9"}')}, "Version : le site sert la 0.9")],
    "of_doors.shut": [
        (
            Doors,
            {"shut": (("10.0.0.22:443", "réponse 502"),)},
            "Portes : 10.0.0.22:443 ne sert pas le site (réponse 502). systemctl status nginx",
        )
    ],
    "of_doors.alone": [
        (Doors, {"known": ("10.0.0.21:443",)}, "Portes : le site n'a que 10.0.0.21:443 : si cette machine s'arrête"),
        (Doors, {"told": False, "known": ("10.0.0.21:443",), "own": True}, "Portes : le site n'a que 10.0.0.21:443"),
    ],
    "of_cluster.etcd": [(Cluster, {"etcd_open": ("10.0.0.11:2379",)}, "etcd : 10.0.0.11:2379 répond à qui")],
    "of_cluster.patroni": [(Cluster, {"patroni_open": ("10.0.0.11:8008",)}, "Patroni : 10.0.0.11:8008 laisse")],
}


def rules_of(facts: object) -> tuple[Callable[[Any], Any], ...]:
    (subject,) = (one for one in SUBJECTS if one.__name__ == type(facts).__module__)
    return subject.RULES


def test_every_rule_has_a_fault_here():
    named = {f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}" for one in SUBJECTS for rule in one.RULES}
    assert set(FAULTS) == named


@pytest.mark.parametrize("facts", FINE.values(), ids=lambda facts: type(facts).__name__)
def test_what_is_as_it_should_be_is_not_named(facts: object):
    assert judged(rules_of(facts), facts) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [(rule, fault) for rule, faults in FAULTS.items() for fault in faults],
    ids=lambda one: str(one)[:24],
)
def test_each_fault_alone_gives_one_line_which_says_what_to_type(rule: str, fault: tuple[type, dict[str, Any], str]):
    whose, changed, begins = fault
    facts = replace(FINE[whose], **changed)
    (found,) = judged(rules_of(facts), facts)
    assert found.line.startswith(f"NON  {begins}"), found.line
    assert (len(found.do) > 3, found.line.endswith(f". {found.do}.")) == (True, True)


def test_a_site_whose_doors_are_not_there_is_not_said_to_hold_them_open():
    facts = replace(FINE[Site], other_name=None, metrics=None, ready=None, in_clear=None)
    assert judged(of_site.RULES, facts) == []


def test_an_address_that_moves_is_told_from_the_one_that_a_machine_has_for_itself():
    several = replace(
        FINE[Environment].settings, trusted_proxies=("127.0.0.1", "10.0.0.21", "10.0.0.22", "10.1.0.0/24")
    )
    hosts = ("10.0.0.21", "10.0.0.22", "10.0.0.20", "10.1.0.7", "127.0.0.1", "technilab.test")
    assert [host for host in hosts if of_doors.is_a_machine(several, host)] == ["10.0.0.21", "10.0.0.22"]


class Rest(BaseHTTPRequestHandler):
    """Patroni's door to whoever has no secret; `status` is what it answers to a change, and reading is free."""

    status = 401
    bodies: ClassVar[list[bytes]] = []

    def do_PATCH(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._say(self.status)

    def do_GET(self) -> None:
        self._say(200)

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Nothing."""


@contextmanager
def a_patroni(status: int) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Rest,), {"status": status}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


async def test_a_patroni_that_refuses_changes_may_be_read_and_one_that_takes_them_is_named():
    nobody = f"127.0.0.1:{free_port()}"
    with a_patroni(401) as closed, a_patroni(403) as closed_too, a_patroni(400) as odd, a_patroni(200) as open_to_all:
        seen = await of_cluster.look(etcd=(), patroni=(closed, open_to_all, closed_too, odd, nobody))
    assert seen == Cluster(patroni_open=(open_to_all, odd))
    # Whoever is asked changes nothing.
    assert set(Rest.bodies) == {b"{}"}


@contextmanager
def an_etcd(folder: Path, *words: str, scheme: str) -> Iterator[str]:
    port, peers = free_port(), free_port()
    where = f"127.0.0.1:{port}"
    command = ["etcd", "--data-dir", str(folder), "--listen-client-urls", f"{scheme}://{where}"]
    command += ["--advertise-client-urls", f"{scheme}://{where}", "--listen-peer-urls", f"http://127.0.0.1:{peers}"]
    with (folder.parent / f"{folder.name}.log").open("wb") as output:
        process = subprocess.Popen([*command, *words], stdout=output, stderr=output)
    try:
        yield where
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_an_etcd_that_answers_without_a_certificate_is_named_and_one_that_asks_for_one_is_not(tmp_path: Path):
    try:
        subprocess.run(["etcd", "--version"], check=True, capture_output=True)
    except FileNotFoundError:
        print("skipped: etcd is not on this machine (deploy/packages.sh brings Debian's)")
        pytest.skip("etcd is not on this machine")
    authority = Authority(tmp_path)
    authority.certify(tmp_path, "etcd.test")
    own = ("--cert-file", f"{tmp_path}/technilab.crt", "--key-file", f"{tmp_path}/technilab.key")
    asks = ("--client-cert-auth", "--trusted-ca-file", str(authority.file))

    def seen(*addresses: str) -> Cluster:
        return asyncio.run(of_cluster.look(etcd=addresses, patroni=()))

    with (
        an_etcd(tmp_path / "plain", scheme="http") as plain,
        an_etcd(tmp_path / "tls", *own, scheme="https") as by_tls_alone,
        an_etcd(tmp_path / "closed", *own, *asks, scheme="https") as closed,
    ):
        eventually(lambda: seen(plain, by_tls_alone) == Cluster(etcd_open=(plain, by_tls_alone)), "they do not answer")
        log = tmp_path / "closed.log"
        eventually(lambda: "serving client traffic securely" in log.read_text(), "etcd does not listen")
        assert seen(closed, plain) == Cluster(etcd_open=(plain,))
