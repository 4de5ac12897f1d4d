"""docs/what_to_do.md: thirteen symptoms, and what it tells to type, typed in its order where one machine is enough.

The rest is asked of the program itself: that it knows these words and options.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import click
import pytest

from booking.commands import menu
from tests import database
from tests.authority import Authority
from tests.booking.programme.records.story import HAAG, TABLES
from tests.command_line import data_folder, technilab

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "what_to_do.md").read_text()
TITLES = re.findall(r"^## (\d+)\. (.+)$", GUIDE, re.MULTILINE)
LINES = [line.strip() for line in re.findall(r"^    (?! )(.+)$", GUIDE, re.MULTILINE) if not line.startswith("    #")]
OURS = [shlex.split(line)[1:] for line in LINES if line.startswith("technilab ")]
OTHERS = [line for line in LINES if not line.startswith(("technilab ", "#"))]
ADA = "ada@example.org"
# Debian's units, beside our own in deploy/systemd.
UNITS = {"etcd", "patroni", "valkey-server", "valkey-sentinel", "haproxy", "pgbouncer", "nginx"}
COME = """INSERT INTO accounts (id, email, name) VALUES (1, 'ada@example.org', 'Ada'), (2, 'eve@example.org', 'Eve');
INSERT INTO memberships (account, role) VALUES (1, 'coordinator'), (2, 'coordinator');
INSERT INTO second_proofs (account, salt, last_step, since) VALUES (1, '\\x00', 0, now()), (2, '\\x00', 0, now());"""
PROVED = "SELECT account FROM second_proofs ORDER BY account"


def test_there_are_thirteen_symptoms_in_their_order():
    assert [int(number) for number, _ in TITLES] == list(range(1, 14))


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_each_command_of_ours_exists_with_these_words(words: list[str]):
    line = click.Context(menu.technilab)
    command = menu.technilab.get_command(line, words[0])
    assert command is not None
    command.make_context(words[0], words[1:], parent=line)


async def _told(url: str, statement: str) -> list[asyncpg.Record]:
    line = await asyncpg.connect(url)
    try:
        if statement.startswith("SELECT"):
            return list(await line.fetch(statement))
        await line.execute(statement)
        return []
    finally:
        await line.close()


@contextmanager
def a_base() -> Iterator[str]:
    name = f"what_to_do_{os.getpid()}"
    url = database.clone(name)
    try:
        yield url
    finally:
        database.drop(name)


def test_what_one_machine_is_enough_for_is_typed_in_the_order_of_the_guide(tmp_path: Path):
    """ADDRESS is Ada of two coordinators, FILE one backup, made before what is done next and put back later."""
    (tmp_path / "right.csv").write_text(TABLES["bts1-formations"])
    schools = tmp_path / "annuaire.csv"
    schools.write_text(
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_departement;Libelle_academie\n"
        f"{HAAG};Lycée Jules Haag;Lycée;025;Besançon\n"
    )
    # The day that the guide gives is one of its writing.
    today = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    given = {"ADDRESS": ADA, "FILE": f"{tmp_path}/copy.tar", "right.csv": f"{tmp_path}/right.csv", "2026-12-01": today}
    ended, said = [], {}
    with data_folder() as home, a_base() as url:
        asyncio.run(_told(url, COME))
        told = {"DATABASE_URL": url, "REDIS_URL": "none", "DEMO": "1"}
        assert technilab("import-schools", str(schools), home=home, **told).returncode == 0
        assert technilab("close-year", "2024-2025", home=home, **told).returncode == 0
        for words in OURS:
            if words[0] == "forget-phone":
                # Each time she has one again.
                asyncio.run(_told(url, "DELETE FROM second_proofs WHERE account = 1"))
                asyncio.run(_told(url, COME.splitlines()[2].replace(", (2, '\\x00', 0, now())", "")))
            ran = technilab(*(given.get(word, word) for word in words), home=home, **told)
            typed = " ".join(words)
            ended.append((typed, ran.returncode))
            said[typed] = ran.stdout.splitlines()
            if words[0] == "forget-phone":
                # Hers, and nobody else's.
                assert [one["account"] for one in asyncio.run(_told(url, PROVED))] == [2]
        assert [one["id"] for one in asyncio.run(_told(url, "SELECT id FROM accounts ORDER BY id"))] == [1, 2]
    # No worker runs here, and it is a trial: the checks say so.
    assert {typed for typed, code in ended if code != 0} == {"check", "check --worker", "check --deploy"}
    assert said["check --worker"] == ["NON  Travail de fond : ne donne plus signe de vie"]
    assert said["check"][-1] == "NON  Travail de fond : ne tourne pas : lancez technilab worker"
    assert said["check --deploy"][0].startswith("NON  DEMO : ")
    noted = [line.split("  ", 2)[2] for line in said["security-log --since 2026-12-01"]]
    assert noted[-1].startswith("sans compte  Téléphone et clés d'accès oubliés, account 1")
    assert said["import-records right.csv"] == ["Formations BTS+1 : 1 ajout, 0 correction, 0 sans changement."]


def help_of(*command: str) -> str:
    """What a program says of its own options; skipped in words where it is not on this machine."""
    found = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        print(f"skipped: no {command[0]} here")
        pytest.skip(f"no {command[0]} here")
    told = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)
    return told.stdout + told.stderr


@pytest.mark.parametrize("line", [one for one in OTHERS if "patronictl" in one])
def test_patronictl_knows_what_it_is_told(line: str):
    words = shlex.split(line)
    assert words[:6] == ["runuser", "-u", "postgres", "--", "patronictl", "-c"]
    told = help_of("patronictl", words[7], "--help")
    assert "Usage: patronictl" in told
    for option in (one for one in words[8:] if one.startswith("--")):
        assert option in told


def test_pgbackrest_knows_what_it_is_told():
    (line,) = (one for one in OTHERS if "pgbackrest" in one)
    assert line == "runuser -u postgres -- pgbackrest --stanza=technilab check"
    assert "--stanza" in help_of("pgbackrest", "help", "check")


def test_each_unit_is_one_of_ours_or_of_debian_s():
    own = {file.name.removesuffix(".service") for file in (ROOT / "deploy" / "systemd").glob("*.service")}
    asked = [shlex.split(one) for one in OTHERS if one.startswith("systemctl")]
    assert {words[1] for words in asked} == {"start", "stop", "restart", "reload"}
    assert {unit for words in asked for unit in words[2:]} <= own | UNITS
    logs = [shlex.split(one) for one in OTHERS if one.startswith("journalctl --unit")]
    assert {words[2] for words in logs} <= own


@pytest.mark.parametrize("line", [one for one in OTHERS if one.startswith("journalctl")])
def test_journalctl_knows_what_it_is_told(line: str):
    told = help_of("journalctl", "--help")
    for option in re.findall(r"--[a-z-]+", line):
        assert option in told


def test_a_certificate_and_its_key_are_told_to_belong_together_and_another_s_are_not(tmp_path: Path):
    for name in ("tls", "other"):
        (tmp_path / name).mkdir()
        Authority(tmp_path).certify(tmp_path / name, "technilab.test", days=-1)
    lines = [one.replace("/etc/technilab", str(tmp_path)) for one in OTHERS if one.startswith("openssl")]

    def typed() -> list[str]:
        return [subprocess.run(["sh", "-ec", one], capture_output=True, text=True, check=True).stdout for one in lines]

    ends, certificate, key = typed()
    assert ends.startswith("notAfter=")
    assert certificate == key
    shutil.copy(tmp_path / "other" / "technilab.key", tmp_path / "tls")
    assert certificate != typed()[2]


def test_a_new_secret_takes_the_place_of_the_lost_one_and_nothing_else_changes(tmp_path: Path):
    (tmp_path / "technilab.env").write_text("BASE_URL=https://a.test\nSECRET_KEY=lost\nMAIL_FROM=a@b.test\n")
    subprocess.run(["sh", "-ec", one_sed("SECRET_KEY").replace("/etc/technilab", str(tmp_path))], check=True)
    told = (tmp_path / "technilab.env").read_text()
    assert re.fullmatch(r"BASE_URL=https://a\.test\nSECRET_KEY=[0-9a-f]{48}\nMAIL_FROM=a@b\.test\n", told)


def test_what_fills_a_disk_is_told_the_largest_last(tmp_path: Path):
    (line,) = (one for one in OTHERS if one.startswith("du "))
    for name, size in (("small", 3_000_000), ("large", 7_000_000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(os.urandom(size))
    here = line.replace("/var/lib /var/log", str(tmp_path))
    told = subprocess.run(["sh", "-ec", here], capture_output=True, text=True, check=True).stdout.splitlines()
    assert [one.split("\t")[1] for one in told[-2:]] == [str(tmp_path / "large"), str(tmp_path)]
    (line,) = (one for one in OTHERS if one.startswith("df "))
    assert subprocess.run(shlex.split(line), capture_output=True, check=False).stdout.startswith(b"Filesystem")


def test_what_keeps_the_processors_busy_is_told_the_largest_first():
    (line,) = (one for one in OTHERS if one.startswith("ps "))
    told = subprocess.run(["sh", "-ec", line], capture_output=True, text=True, check=True).stdout.splitlines()
    shares = [float(one.split()[0]) for one in told[1:]]
    assert 1 <= len(shares) <= 9
    assert shares == sorted(shares, reverse=True)
    for asked in ("uptime", "nproc"):
        assert asked in OTHERS
        assert subprocess.run([asked], capture_output=True, check=False).returncode == 0


def test_a_process_more_for_each_processor_and_nothing_else_of_the_settings(tmp_path: Path):
    (tmp_path / "technilab.env").write_text("PORT=8000\nWORKERS=1\nSECRET_KEY=kept\n")
    line = one_sed("WORKERS").replace("/etc/technilab", str(tmp_path))
    subprocess.run(["sh", "-ec", line], check=True)
    processors = len(os.sched_getaffinity(0))
    assert (tmp_path / "technilab.env").read_text() == f"PORT=8000\nWORKERS={processors}\nSECRET_KEY=kept\n"


def one_sed(setting: str) -> str:
    (line,) = (one for one in OTHERS if one.startswith("sed") and setting in one)
    return line


def test_nothing_of_the_guide_is_left_untold():
    """Each line that is no command of ours is of a kind that a test here looks at, or has no words of its own."""
    kinds = ("runuser -u postgres -- patronictl", "runuser -u postgres -- pgbackrest", "systemctl", "journalctl")
    kinds += ("openssl", "sed", "df", "du", "apt-get clean", "nginx -t", "ps ", "uptime", "nproc")
    assert [one for one in OTHERS if not one.startswith(kinds)] == []
