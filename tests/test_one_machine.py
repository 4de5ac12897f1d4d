"""docs/one_machine.md and docs/upgrade.md as they are typed, a folder being the machine where that will do."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from booking.commands import menu
from booking.process.settings import read_settings
from deploy.technilab import settings_of
from tests.command_line import ROOT
from tests.front import CERTIFICATE
from tests.guides import blocks
from workshops.database.hosts import Hosts

ONE, UPGRADE = ((ROOT / "docs" / f"{name}.md").read_text() for name in ("one_machine", "upgrade"))


def typed(commands: str, root: Path) -> None:
    """Type it where `/etc`, `/var` and `/opt/technilab/current` are in that folder."""
    here = re.sub(r"(?<![\w./])/(etc|var)/", rf"{root}/\1/", commands).replace("/opt/technilab/current", str(ROOT))
    ran = subprocess.run(["sh", "-eu", "-c", here], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def block_with(word: str) -> str:
    (found,) = (one for one in blocks(ONE) if word in one)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("etc/technilab", "etc/nginx/sites-enabled", "etc/systemd/system", "var/lib/nginx"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def test_the_settings_of_the_guide_are_those_of_a_site_without_valkey_and_then_with_it(root: Path) -> None:
    typed(block_with("SECRET_KEY="), root)
    file = root / "etc" / "technilab" / "technilab.env"
    assert file.stat().st_mode & 0o777 == 0o600
    told = read_settings(settings_of(file.read_text()))
    assert (told.base_url, told.redis_url, told.demo) == ("https://technilab.example.org", "none", False)
    assert len(told.secret_key) == 64
    assert Hosts(told.database_url).hosts == [("db.example.org", 5432)]
    typed(block_with("s|^REDIS_URL"), root)
    assert read_settings(settings_of(file.read_text())).redis_url == "redis://127.0.0.1:6379/0"


def test_the_door_of_the_guide_is_one_that_nginx_opens(root: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("no nginx here, which reads its file")
    certificate, door = block_with("openssl req").split("\n\n", 1)
    typed(certificate.partition("\n")[0], root)
    tls = root / "etc" / "technilab" / "tls"
    subprocess.run(
        [*CERTIFICATE, "-keyout", tls / "technilab.key", "-out", tls / "technilab.crt"], capture_output=True, check=True
    )
    typed(door.partition("\nnginx -t")[0].replace("0.0.0.0:443", "127.0.0.1:18453").replace(":80\n", ":18090\n"), root)
    around = root / "nginx.conf"
    around.write_text(
        f"pid {root}/pid;\nevents {{}}\nhttp {{ access_log off; include {root}/etc/nginx/sites-enabled/*; }}\n"
    )
    said = subprocess.run([nginx, "-t", "-c", around], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_the_units_of_the_guide_lie_where_systemd_reads_them_each_of_them_there_before_it_starts(root: Path) -> None:
    units = block_with("technilab-migrate.service")
    typed("\n".join(line for line in units.splitlines() if not line.startswith("systemctl")), root)
    there = {one.name for one in (root / "etc" / "systemd" / "system").iterdir()}
    assert "technilab-.service.d" in there
    lines = [line for guide in (ONE, UPGRADE) for one in blocks(guide) for line in one.splitlines()]
    named = {unit for line in lines if line.startswith("systemctl") for unit in re.findall(r"technilab-\w+@?", line)}
    assert named == {f"technilab-{one}" for one in ("web", "worker", "migrate", "upgrade@")}
    assert {f"{unit}.service" for unit in named} <= there


@pytest.mark.parametrize(
    "line",
    [line for guide in (ONE, UPGRADE) for one in blocks(guide) for line in one.splitlines() if line[:9] == "technilab"],
)
def test_each_command_of_the_guides_is_one_that_is_there(line: str) -> None:
    program, name, *words = shlex.split(line)
    if program != "technilab":
        assert (ROOT / program.partition("/")[2]).exists()
        assert name in {"put", "use"}
        return
    above = click.Context(menu.technilab)
    menu.technilab.get_command(above, name).make_context(name, words, parent=above)


def test_what_each_way_loses_is_said() -> None:
    rows = {
        cells[1].strip(): cells[3].strip()
        for cells in (line.split("|") for line in ONE.splitlines())
        if len(cells) == 5
    }
    assert {"the database rented", "one machine", "Valkey on it", "no Valkey (`REDIS_URL=none`)"} <= rows.keys()
    assert all(rows[one] for one in rows if one)
