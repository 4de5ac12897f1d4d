"""What a unit of the copies runs, as it is printed and with nothing in its environment but what the unit says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import database
from tests.command_line import ROOT, data_folder

UNITS = ROOT / "deploy" / "systemd"
OURS = sorted(file.name for file in UNITS.glob("technilab-*.service"))
GUIDES = [(ROOT / "docs" / guide).read_text() for guide in ("running.md", "copies.md", "operating.md")]
# What the guides install, and what an account of a service is given by Debian (docs/running.md).
PACKAGES = {
    "/usr/local/sbin/technilab-backup",
    "/opt/technilab/current/bin/technilab",
    "/opt/technilab/releases/%i/bin/technilab",
}


def said(unit: str, word: str) -> list[str]:
    """The values of a line of a unit."""
    return re.findall(rf"^{word}=(.+)$", (UNITS / unit).read_text(), re.MULTILINE)


@pytest.mark.parametrize("unit", OURS)
def test_a_unit_asks_nothing_of_what_no_guide_installs(unit: str) -> None:
    asked = [*said(unit, "ExecStart"), *said(unit, "ExecCondition"), *said(unit, "ExecStartPre")]
    assert asked and {shlex.split(one)[0] for one in asked} <= PACKAGES


def test_what_the_nightly_unit_runs_is_what_the_guide_puts_there() -> None:
    [words] = said("technilab-backup.service", "ExecStart")
    program, conf = words.split()
    assert f"    install -m 755 deploy/pgbackrest/copy.py {program}\n" in GUIDES[0]
    assert f"deploy/pgbackrest/pgbackrest.conf {conf} postgres\n" in GUIDES[0]


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS.glob("technilab-*.timer")])
def test_a_guide_puts_each_timer_and_its_service_in_place_and_starts_it(unit: str) -> None:
    blocks = "\n".join(line for guide in GUIDES for line in guide.splitlines() if line.startswith("    "))
    for file in (unit, unit.replace(".timer", ".service")):
        assert re.search(rf"install -m 644 .*deploy/systemd/{file}", blocks), file
    assert re.search(rf"systemctl enable --now .*\b{unit}", blocks)


def test_systemd_reads_each_unit_and_lacks_nothing_that_it_names(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here, which reads units")
    folder = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(UNITS, folder)
    # Those that ours come after, as Debian has them.
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr" / "lib" / "systemd" / "system", symlinks=True)
    for program in (one.replace("%i", "1.0.0") for one in PACKAGES):
        there = tmp_path / program.removeprefix("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text("#!/bin/sh\n")
        there.chmod(0o755)
    accounts = ("root:x:0:", "technilab:x:999:", "postgres:x:998:")
    (tmp_path / "etc" / "passwd").write_text("".join(f"{who}{who.split(':')[2]}::/:/bin/sh\n" for who in accounts))
    (tmp_path / "etc" / "group").write_text("".join(f"{who}\n" for who in accounts))
    names = [unit.name.replace("@", "@1.0.0") for unit in UNITS.glob("technilab-*.*") if unit.is_file()]
    command = [analyze, "verify", f"--root={tmp_path}", *sorted(names)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.fixture
def base() -> Iterator[str]:
    name = f"unit_{uuid4().hex[:12]}"
    yield database.clone(name)
    database.drop(name)


def test_the_nightly_copy_and_its_rehearsal_need_what_their_units_say_and_no_more(base: str, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    with data_folder() as home:
        told = {
            "BASE_URL": "https://technilab.example",
            "SECRET_KEY": "s" * 40,
            "SMTP_URL": "smtp://127.0.0.1:1",
            "DATABASE_URL": base,
            "REDIS_URL": "none",
            "COPIES_DIR": str(copies),
            "COPIES_DAYS": "30",
            "COPIES_KEY": "0123456789abcdef" * 4,
        }
        for unit in ("technilab-copy.service", "technilab-rehearse.service"):
            [words], [place] = said(unit, "ExecStart"), said(unit, "Environment")
            assert said(unit, "EnvironmentFile") == ["/etc/technilab/technilab.env", "/etc/technilab/copies.env"]
            assert place == "DATA_DIR=/var/lib/technilab HOME=/var/lib/technilab"
            here = shlex.split(words.replace("/opt/technilab/current/bin/technilab", f"{sys.executable} -m booking"))
            settings = [f"{name}={value}" for name, value in {**told, "DATA_DIR": str(home)}.items()]
            done = subprocess.run(
                ["/usr/bin/env", "-i", *settings, *here], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, ""), (unit, done.stderr)
    assert len(list(copies.iterdir())) == 1
