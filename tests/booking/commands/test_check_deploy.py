"""technilab check --deploy on a real site: PostgreSQL, nginx by TLS from an authority of the tests, one web process.

Each thing that is broken alone gives its one line; the site as it should be gives none.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from booking.commands.check_deploy.examine import NO_DOORS, UNSEEN
from booking.commands.check_deploy.say import RIGHT
from booking.commands.rights import granting
from tests.authority import Authority
from tests.booking.commands.conftest import migrated
from tests.command_line import Running, data_folder, free_port, running, technilab
from tests.front import Front, front, nginx

NAME = "technilab.test"
AT = "127.0.0.2"  # where strangers come; the web process listens at 127.0.0.1
RIGHTS = f"""
CREATE ROLE acting LOGIN;
{granting("acting")};
INSERT INTO copies (act, way, done_at, copied_at, seconds, kept_days)
VALUES ('copy', 'file', now(), now(), 2, 30), ('rehearsal', 'file', now(), now(), 2, 0);
INSERT INTO accounts (id, email, name, last_seen_at) VALUES (1, 'ada@technilab.test', 'Ada', now());
INSERT INTO memberships (account, role) VALUES (1, 'coordinator');
INSERT INTO second_proofs (account, salt, last_step, since) VALUES (1, '\\x00', 0, now());
"""


@dataclass(frozen=True)
class Site:
    """A site that is as it should be; `owner` is the address of its database for whoever may all."""

    home: Path
    env_file: Path
    entry: Front
    authority: Authority
    web: Running
    owner: str
    told: dict[str, str]

    def check(self, *more: str, at: Front | None = None, **changed: str | None) -> subprocess.CompletedProcess[str]:
        told = {name: value for name, value in (self.told | changed).items() if value is not None}
        where = urlsplit((at or self.entry).tls).netloc
        words = ("check", "--deploy", "--address", where, "--env-file", str(self.env_file))
        return technilab(*words, *(more or ("--plain", f"{AT}:{free_port()}")), home=self.home, **told)

    def does(self, *statements: str) -> None:
        async def run() -> None:
            line = await asyncpg.connect(self.owner)
            for statement in statements:
                await line.execute(statement)
            await line.close()

        asyncio.run(run())


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if nginx() is None:
        print("skipped: nginx is not on this machine (deploy/packages.sh brings Debian's)")
        pytest.skip("nginx is not on this machine")
    with data_folder() as around, migrated(around / "base") as server:
        home, authority, env_file, port = around / "data", Authority(around), around / "technilab.env", free_port()
        home.mkdir(mode=0o700)
        env_file.touch(mode=0o600)
        told = {
            "DEMO": "",
            "DATABASE_URL": server.url().replace("postgres@", "acting@", 1),
            "MIGRATE_URL": server.url(),
            "REDIS_URL": "none",
            "BASE_URL": f"https://{NAME}",
            "SECRET_KEY": "0f4c1d9be72a83655d3e9c01b7fa2846a1c0",
            "SMTP_URL": "smtps://ada:password@smtp.technilab.test",
            "MAIL_FROM": "visites@technilab.test",
            "IMAP_URL": "imaps://ada:password@imap.technilab.test/INBOX",
            "TRUSTED_PROXIES": "127.0.0.1",
            "METRICS_TOKEN": "9c1d0be72a83655d3e9c01b7",
            "LOG_FORMAT": "json",
            "OPERATOR": "Rectorat",
            "DPO": "dpo@technilab.test",
            "WORKERS": "2",
            "PORT": str(port),
            "SSL_CERT_FILE": str(authority.file),
        }
        asyncio.run(_prepare(server.url()))
        with (
            running("web", home=home, **told | {"port": port, "WORKERS": "1"}) as web,
            front(before=port, at=AT, certify=partial(authority.certify, name=NAME)) as entry,
        ):
            yield Site(home, env_file, entry, authority, web, server.url(), told)


async def _prepare(url: str) -> None:
    line = await asyncpg.connect(url)
    await line.execute(RIGHTS)
    await line.close()


def lines_of(ran: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in ran.stdout.splitlines() if line.startswith("NON")]


def test_a_site_as_it_should_be_has_nothing_to_change_and_is_told_what_was_not_seen(site: Site):
    ran = site.check()
    lines = ran.stdout.splitlines()
    assert (lines[0], ran.stderr, ran.returncode) == (RIGHT, "", 0)
    assert lines[1:8] == ["Ne se voit pas d'ici :", *(f"  - {sentence}." for sentence in UNSEEN)]
    assert [line.split()[1] for line in lines[8:10]] == ["etcd", "Patroni"]


# What is set otherwise, alone, and what is said of it.
SETTINGS: dict[str, tuple[dict[str, str | None], str]] = {
    "a trial": ({"DEMO": "1"}, "DEMO : c'est un essai"),
    "reload": ({"RELOAD": "1"}, "RELOAD : les pages sont relues"),
    "short secret": ({"SECRET_KEY": "0f4c1d9be72a83655d3e9c01b7fa284"}, "SECRET_KEY : moins de 32 caractères"),
    "known secret": ({"SECRET_KEY": "changeme-0f4c1d9be72a83655d3e9c01b7fa28"}, "SECRET_KEY : se devine"),
    "flat secret": ({"SECRET_KEY": "ab" * 20}, "SECRET_KEY : se devine"),
    "no secret": ({"SECRET_KEY": None}, "SECRET_KEY : moins de 32 caractères"),
    "http": ({"BASE_URL": f"http://{NAME}"}, "BASE_URL : n'est pas une adresse en https"),
    "path": ({"BASE_URL": f"https://{NAME}/technilab"}, "BASE_URL : n'est pas une adresse en https, et rien après"),
    "no mail": ({"SMTP_URL": None}, "SMTP_URL : aucun mail ne part"),
    "mail in clear": ({"SMTP_URL": "smtp://relay.technilab.test"}, "SMTP_URL : les mails et leurs liens"),
    "mail never by TLS": ({"SMTP_URL": "smtp://a:b@relay.test?starttls=never"}, "SMTP_URL : les mails et leurs liens"),
    "sender": ({"MAIL_FROM": None}, "MAIL_FROM : les mails partent d'une adresse d'exemple"),
    "mail rate": ({"MAIL_RATE": "0"}, "MAIL_RATE : aucun mail en retard ne part"),
    "returned mails": ({"IMAP_URL": None}, "IMAP_URL : personne ne lit les mails qui reviennent"),
    "mailbox in clear": ({"IMAP_URL": "imap://a:b@imap.test/INBOX?starttls=never"}, "IMAP_URL : le mot de passe"),
    "no proxy": ({"TRUSTED_PROXIES": None}, "TRUSTED_PROXIES : tous les visiteurs"),
    "wide proxy": ({"TRUSTED_PROXIES": "10.0.0.0/8"}, "TRUSTED_PROXIES : « 10.0.0.0/8 » laisse trop de monde"),
    "everybody": ({"TRUSTED_PROXIES": "127.0.0.1,0.0.0.0/0"}, "TRUSTED_PROXIES : « 0.0.0.0/0 » laisse"),
    "wide proxy 6": ({"TRUSTED_PROXIES": "fc00::/7"}, "TRUSTED_PROXIES : « fc00::/7 » laisse trop de monde"),
    "odd proxy": ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES : « nginx » n'est pas une adresse"),
    "no metrics": ({"METRICS_TOKEN": None}, "METRICS_TOKEN : manque"),
    "short token": ({"METRICS_TOKEN": "prometheus"}, "METRICS_TOKEN : moins de 24 caractères"),
    "text logs": ({"LOG_FORMAT": None}, "LOG_FORMAT : les journaux ne se lisent pas"),
    "read in clear": ({"DATABASE_READ_URL": "postgresql://a:b@db2.test/technilab"}, "DATABASE_READ_URL : la base est"),
    "preferred TLS": (
        {"DATABASE_READ_URL": "postgresql://a:b@db2.test/technilab?sslmode=prefer"},
        "DATABASE_READ_URL : la base est sur une autre machine",
    ),
    "queue": ({"REDIS_URL": "redis://valkey.test:6379"}, "REDIS_URL : la file d'attente est sur une autre machine"),
    "sentinels": ({"REDIS_URL": "redis+sentinel://one.test,two.test/mymaster/0"}, "REDIS_URL : la file d'attente"),
    "one account": ({"MIGRATE_URL": None}, "MIGRATE_URL : manque"),
    "standbys": ({"STANDBYS": "2"}, "STANDBYS : 0 sur 2 copies de la base suivent"),
    "processes": ({"WORKERS": "4000"}, "WORKERS : 4000 processus se partagent"),
    "operator": ({"OPERATOR": None}, "OPERATOR : /confidentialite ne dit pas"),
    "officer": ({"DPO": None}, "DPO : /confidentialite ne donne pas"),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_each_setting_that_is_wrong_alone_gives_its_one_line(site: Site, what: str):
    changed, begins = SETTINGS[what]
    ran = site.check(**changed)
    (line,) = lines_of(ran)
    assert line.startswith(f"NON  {begins}")
    part = line.removeprefix("NON  ").partition(" : ")[0]
    assert (ran.returncode, ran.stderr) == (2, f"À reprendre : {part}.\n")


@pytest.mark.parametrize(
    "changed",
    [
        {"SMTP_URL": "smtp://relay.test?starttls=required"},
        {"SMTP_URL": "smtp://127.0.0.1:25"},
        {"SMTP_URL": "smtp://ada:password@relay.test:587"},
        {"REDIS_URL": "redis://:password@valkey.test:6379"},
        {"REDIS_URL": "redis://127.0.0.1:6379"},
        {"TRUSTED_PROXIES": "unix,10.0.0.0/24,fd00:1::/64"},
        {"DATABASE_READ_URL": "postgresql://a:b@db2.test/technilab?sslmode=verify-full"},
        {"IMAP_URL": None, "REPLIES_DIR": "/tmp/replies"},
    ],
    ids=lambda changed: next(iter(changed.values())) or "a folder of answers",
)
def test_what_is_as_sure_another_way_is_fine_too(site: Site, changed: dict[str, str | None]):
    ran = site.check(**changed)
    assert (lines_of(ran), ran.returncode) == ([], 0)


# What is done to the database, what is said, and what takes it back.
DONE: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "fsync": (
        ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"),
        "fsync : fsync ou full_page_writes est coupé",
        ("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()"),
    ),
    "commits": (
        ("ALTER ROLE acting SET synchronous_commit = off",),
        "synchronous_commit : PostgreSQL répond avant d'avoir écrit",
        ("ALTER ROLE acting RESET synchronous_commit",),
    ),
    "superuser": (
        ("ALTER ROLE acting SUPERUSER",),
        "Compte de la base : DATABASE_URL est celle d'un superutilisateur",
        ("ALTER ROLE acting NOSUPERUSER",),
    ),
    "beyond": (
        ("GRANT TRUNCATE ON events TO acting",),
        "Compte de la base : celui de DATABASE_URL peut plus qu'agir : vider des tables d'un coup",
        ("REVOKE TRUNCATE ON events FROM acting",),
    ),
    "owns": (
        ("ALTER TABLE badges OWNER TO acting",),
        "Compte de la base : celui qui sert les pages possède les tables",
        ("ALTER TABLE badges OWNER TO postgres",),
    ),
    "copy": (
        ("UPDATE copies SET done_at = now() - interval '27 hours' WHERE act = 'copy'",),
        "Copies : les copies de sauvegarde ne se font plus",
        ("UPDATE copies SET done_at = now() WHERE act = 'copy'",),
    ),
    "rehearsal": (
        ("UPDATE copies SET done_at = now() - interval '41 days' WHERE act = 'rehearsal'",),
        "Répétition : aucune copie de sauvegarde n'a été essayée depuis longtemps",
        ("UPDATE copies SET done_at = now() WHERE act = 'rehearsal'",),
    ),
    "newer tables": (
        ("INSERT INTO migration (name, app_name) VALUES ('2099-01-01T00:00:00:000001', 'booking')",),
        "Tables : une version plus récente de Technilab les a écrites",
        ("DELETE FROM migration WHERE name LIKE '2099%'",),
    ),
    "example": (
        ("INSERT INTO accounts (id, email, name, example) VALUES (2, 'eve@example.org', 'Eve', true)",),
        "Exemples : 1 compte d'exemple est encore là",
        ("DELETE FROM accounts WHERE id = 2",),
    ),
    "proof": (
        ("DELETE FROM second_proofs",),
        "Coordination : personne n'y a de deuxième preuve",
        ("INSERT INTO second_proofs (account, salt, last_step, since) VALUES (1, '\\x00', 0, now())",),
    ),
    "idle": (
        (
            "INSERT INTO accounts (id, email, name, created_at) VALUES (3, 'i@x.test', 'I', now() - interval '1 year')",
            "INSERT INTO memberships (account, role) VALUES (3, 'coordinator')",
        ),
        "Comptes de coordination : 1 compte qui peut tout n'a pas servi depuis six mois",
        ("DELETE FROM memberships WHERE account = 3", "DELETE FROM accounts WHERE id = 3"),
    ),
}


@pytest.mark.parametrize("what", DONE)
def test_each_thing_that_is_wrong_in_the_database_alone_gives_its_one_line(site: Site, what: str):
    breaks, begins, mends = DONE[what]
    site.does(*breaks)
    try:
        ran = site.check()
    finally:
        site.does(*mends)
    (line,) = lines_of(ran)
    assert (line.startswith(f"NON  {begins}"), ran.returncode) == (True, 2), line


def test_a_database_that_is_away_or_refuses_the_account_hides_nothing_else(site: Site):
    nobody = site.told["DATABASE_URL"].replace("acting@", "nobody@", 1)
    for url in (f"postgresql://acting@127.0.0.1:{free_port()}/technilab", nobody):
        ran = site.check(DATABASE_URL=url, DPO=None, LOG_FORMAT=None)
        assert [line.partition(" : ")[0] for line in lines_of(ran)] == ["NON  LOG_FORMAT", "NON  Base de données"]
        assert ran.returncode == 2


def test_files_that_others_can_read_are_named_with_what_closes_them(site: Site):
    site.env_file.chmod(0o644)
    site.home.chmod(0o750)
    try:
        (line,) = lines_of(site.check())
    finally:
        site.env_file.chmod(0o600)
        site.home.chmod(0o700)
    assert line == (
        f"NON  Droits des fichiers : d'autres comptes de la machine lisent {site.env_file} {site.home}."
        f" Tapez chmod go= {site.env_file} {site.home}."
    )


@contextmanager
def another_certificate(site: Site, *, name: str = NAME, days: float = 90) -> Iterator[Front]:
    with front(before=site.web.port, at=AT, certify=partial(site.authority.certify, name=name, days=days)) as entry:
        yield entry


@pytest.mark.parametrize(
    ("made", "begins"),
    [
        ({"days": 5.5}, "Certificat : finit dans 5 jours, le "),
        ({"days": -1}, "Certificat : un navigateur le refuse (certificate has expired)"),
        ({"name": "other.test"}, "Certificat : un navigateur le refuse (Hostname mismatch"),
    ],
    ids=["soon over", "over", "another's"],
)
def test_a_certificate_is_looked_at_as_a_browser_does(site: Site, made: dict[str, float | str], begins: str):
    with another_certificate(site, **made) as entry:
        ran = site.check(at=entry)
    (line,) = lines_of(ran)
    assert (line.startswith(f"NON  {begins}"), ran.returncode) == (True, 2), line


def test_an_authority_that_nobody_knows_and_a_door_that_is_shut_are_told_apart(site: Site):
    (line,) = lines_of(site.check(SSL_CERT_FILE=None))
    assert line.startswith("NON  Certificat : un navigateur le refuse (unable to get local issuer certificate)")
    ran = technilab(
        *("check", "--deploy", "--address", f"{AT}:{free_port()}", "--plain", f"{AT}:{free_port()}"),
        *("--env-file", str(site.env_file)),
        home=site.home,
        **site.told,
    )
    (line,) = lines_of(ran)
    assert line.startswith(f"NON  Site : https://{NAME} ne répond pas d'ici ([Errno 111] Connection refused)")


def test_a_door_in_clear_that_strangers_reach_is_named(site: Site):
    (line,) = lines_of(site.check("--plain", urlsplit(site.entry.url).netloc))
    assert line.startswith("NON  http : le port 80 répond 200 au lieu d'envoyer vers https")


def test_pages_that_are_read_past_the_web_server_are_named(site: Site):
    with front(before=site.web.port, certify=partial(site.authority.certify, name=NAME)) as same_address:
        (line,) = lines_of(site.check(at=same_address))
    assert line.startswith(f"NON  HOST : les pages se lisent sans https au port {site.web.port}")


def test_each_door_of_several_machines_is_knocked_at_and_one_alone_is_named(site: Site):
    first = urlsplit(site.entry.tls).netloc
    with another_certificate(site) as entry:
        second = urlsplit(entry.tls).netloc
        ran = site.check("--plain", f"{AT}:{free_port()}", "--door", first, "--door", second)
    assert (lines_of(ran), ran.returncode) == ([], 0)
    (line,) = lines_of(site.check("--plain", f"{AT}:{free_port()}", "--door", first, "--door", second))
    assert line.startswith(f"NON  Portes : {second} ne sert pas le site ([Errno 111] Connection refused)")
    (line,) = lines_of(site.check("--plain", f"{AT}:{free_port()}", "--door", first))
    assert line.startswith(f"NON  Portes : le site n'a que {first} : si cette machine s'arrête, il s'arrête")


def test_a_machine_of_several_that_sees_one_door_says_that_it_does_not_see_the_other(site: Site):
    ran = site.check(ONE_OF_SEVERAL="1")
    assert (lines_of(ran), f"  - {NO_DOORS}." in ran.stdout.splitlines()) == ([], True)
