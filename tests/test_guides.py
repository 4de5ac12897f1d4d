"""What docs/operating.md and docs/running.md tell to type is typed as it stands there, a folder being the machine."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from booking.commands import menu
from deploy.fill import fill, parsed, read
from tests import database
from tests.command_line import data_folder, technilab
from tests.country import LORRAINE, elsewhere, real_lines, write_file
from tests.front import CERTIFICATE

ROOT = Path(__file__).parents[1]
FOR_REAL = (ROOT / "docs" / "operating.md").read_text()
RUNNING = (ROOT / "docs" / "running.md").read_text()
ON_MACHINES = RUNNING.split("\n## On real machines\n")[1].split("\n## ")[0]


def blocks_of(text: str) -> list[str]:
    """Each block of commands, in its order."""
    found = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in found]


BLOCKS = blocks_of(ON_MACHINES.partition("\n### ")[0])
DOORS = blocks_of(ON_MACHINES.split("\n### Two doors\n")[1].partition("\n### ")[0])
# What only a machine has: services, accounts, others that it reaches.
ELSEWHERE = """
cd() { :; }; systemctl() { :; }; runuser() { :; }; chown() { :; }; ssh() { shift; "$@"; }
scp() { shift; for to; do :; done; while [ $# -gt 1 ]; do cp -p "$1" "${to#*:}"; shift; done; }
"""
STEPS = re.findall(r"`technilab ([a-z][^`]*)`", FOR_REAL)
# What goes on until it is stopped, and what asks for a past that a new installation has not.
NOT_ON_THE_FIRST_DAY = {
    *("web", "worker", "run", "check", "close-year", "reopen-year", "forget-phone", "import-records", "import-visits"),
    *("draw", "security-log", "rotate-secret"),
}
GIVEN = {"ADDRESS": "ada@example.org", "FILE": "./copy.tar"}
GIVEN |= {file: f"./{file}" for file in ("annuaire.csv", "calendrier.csv")}
CALENDAR = "type;libelle;premier_jour;dernier_jour;zone\nvacances;Vacances d'hiver;2027-02-20;2027-03-07;Zone B\n"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_guide_is_one_that_the_command_line_knows(step: str):
    name, *words = shlex.split(step)
    line = click.Context(menu.technilab)
    command = menu.technilab.get_command(line, name)
    command.make_context(name, words, parent=line)


def test_the_steps_of_the_guide_install_technilab_in_their_order(tmp_path: Path):
    lines = elsewhere(real_lines(), "Nancy-Metz", LORRAINE, first=540_000)
    write_file(tmp_path / "annuaire.csv", lines)
    (tmp_path / "calendrier.csv").write_text(CALENDAR)
    name, empty = (f"guides_{os.getpid()}{what}" for what in ("", "_restored"))
    url, there = database.clone(name), database.server().get_uri(empty)
    asyncio.run(database.run(url, f'CREATE DATABASE "{empty}"'))
    said = {}
    try:
        with data_folder() as home:
            for command, *words in map(shlex.split, STEPS):
                if command not in NOT_ON_THE_FIRST_DAY:
                    typed = [GIVEN.get(word, word).replace("./", f"{tmp_path}/") for word in words]
                    told = {"DATABASE_URL": there if command == "restore" else url, "DEMO": "1"}
                    ran = technilab(command, *typed, home=home, **told)
                    assert (command, ran.returncode, ran.stderr) == (command, 0, "")
                    said[command] = ran.stdout.splitlines()[-1]
    finally:
        database.drop(name)
        database.drop(empty)
    assert list(said) == [
        *("migrate", "import-schools", "import-calendar", "invite", "forget-examples", "backup", "restore", "purge"),
        *("report", "recount", "upgrade"),
    ]
    assert said["import-schools"] == "260 établissements ajoutés, 0 mis à jour, 0 ligne laissée de côté."
    assert said["invite"] == "ada@example.org peut se connecter ; le mail d'invitation part avec le travail de fond."


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    """A folder in place of a machine, after every command of the guide, as one of the database and one of the pages."""
    root = tmp_path_factory.mktemp("machine")
    # What Debian's packages bring, and what nobody but the reader knows.
    for folder in ("root", "usr/local/sbin", "etc/nginx/sites-enabled", "etc/default", "etc/systemd/system"):
        (root / folder).mkdir(parents=True)
    # Unpacking and releasing are typed from a real archive (tests/deploy).
    _unpack, begin, give, database_machine, _release, application_machine = BLOCKS
    typed(begin, root)
    env = root / "root" / "cluster" / "cluster.env"
    text = re.sub(r"^([A-Z_0-9]+)=$", r"\1=secret", env.read_text(), flags=re.MULTILINE)
    text = re.sub(r"\b10\.0\.0\.\d+:", "127.0.0.2:", text).replace("ENTRY=127.0.0.1:80", "ENTRY=127.0.0.1:18080")
    text = text.replace("0.0.0.0:443", "127.0.0.1:18443").replace("=/etc/", f"={root}/etc/")
    env.write_text(text.replace("CERTIFICATES=/etc", f"CERTIFICATES={root}/etc"))
    for name, commands in (("db1", database_machine), ("web1", application_machine)):
        typed(re.sub(r"for machine in .*(db1=\S+|web1=\S+).*;", f"for machine in {name}=127.0.0.2;", give), root)
        typed(commands, root)
    return root


def typed(commands: str, root: Path) -> None:
    """In a shell of which that folder is the machine; the accounts of its services are not there."""
    here = re.sub(r"(?<![\w.])/(etc|root|usr/local)/", rf"{root}/\1/", commands)
    here = re.sub(r"^(deploy/fill\.py (?:\S+ ){2}\S+) [a-z]+$", r"\1", here, flags=re.MULTILINE)
    ran = subprocess.run(["sh", "-eu", "-c", ELSEWHERE + here], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def asked(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    """What a program says of its own file; skipped in words where it is not on this machine."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip(f"no {program} here, which reads its file")
    return subprocess.run([found, *words], capture_output=True, text=True, check=False)


def test_nginx_reads_the_site_that_the_guide_puts_in_place(machine: Path):
    tls = machine / "etc" / "technilab" / "tls"
    tls.mkdir()
    key = ("-keyout", tls / "technilab.key", "-out", tls / "technilab.crt")
    subprocess.run([*CERTIFICATE, *key], capture_output=True, check=True)
    # Where it is ours alone; Debian's own includes the sites by itself.
    folder = machine / "etc" / "nginx"
    (folder / "technilab.conf").symlink_to("sites-enabled/technilab.conf")
    around = folder / "nginx.conf"
    around.write_text(
        fill(
            (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(), read(machine / "etc" / "technilab" / "cluster.env")
        )
    )
    told = asked("nginx", "-t", "-c", around)
    assert told.returncode == 0, told.stderr


def test_haproxy_reads_what_the_guide_puts_in_place(machine: Path):
    told = asked("haproxy", "-c", "-f", machine / "etc" / "haproxy" / "haproxy.cfg")
    assert told.returncode == 0, told.stderr


def test_keepalived_reads_what_the_guide_puts_in_place(machine: Path):
    asked("keepalived", "--version")
    puts, looks = DOORS
    typed(puts, machine)
    file = machine / "etc" / "keepalived" / "keepalived.conf"
    script = "/usr/local/sbin/technilab-door"
    assert os.access(f"{machine}{script}", os.X_OK)
    # A card that this machine has, and in place of the script, to which nobody but us may walk, another program.
    card = next(one.name for one in Path("/sys/class/net").iterdir() if one.is_dir() and one.name != "lo")
    here = file.read_text().replace("interface eth0\n", f"interface {card}\n")
    file.write_text(here.replace(f'"{script} ', '"/usr/bin/true '))
    words = shlex.split(parsed((machine / "etc" / "default" / "keepalived").read_text())["DAEMON_ARGS"].strip('"'))
    told = asked("keepalived", *words, "--config-test", "-f", file)
    assert (words, told.returncode, told.stderr) == (["--vrrp", "--config-id", "1"], 0, "")
    for service in ("nginx", "keepalived"):
        dropped = machine / "etc" / "systemd" / "system" / f"{service}.service.d" / "door.conf"
        assert dropped.read_text() == (ROOT / "deploy" / "systemd" / "door.conf").read_text()
    check, _ip = looks.splitlines()
    line = click.Context(menu.technilab)
    command = menu.technilab.get_command(line, "check")
    command.make_context("check", shlex.split(check)[2:], parent=line)


def test_patroni_reads_what_the_guide_puts_in_place(machine: Path):
    file = machine / "etc" / "patroni" / "config.yml"
    told = asked("patroni", "--validate-config", "--ignore-listen-port", file).stderr.splitlines()
    # It also asks etcd, which is not there.
    assert told == [
        f"etcd3.hosts.{n} 127.0.0.2:2379 didn't pass validation: 127.0.0.2:2379 is not reachable" for n in range(3)
    ]


def test_pgbackrest_reads_what_the_guide_puts_in_place(machine: Path):
    told = asked("pgbackrest", f"--config={machine}/etc/pgbackrest.conf", "--output=json", "info")
    assert (told.returncode, told.stderr, told.stdout) == (0, "", "[]")
