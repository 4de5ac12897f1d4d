"""The files of deploy/: whole, hardened, and the very ones that docs/running.md puts in place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.cluster.layout import PROGRAMS
from deploy.fill import HOLE, SettingMissing, fill, read

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
TEMPLATES = sorted({file for _, files in PROGRAMS.values() for file in files.split()} | {"technilab.env"})
RUNNING = (ROOT / "docs" / "running.md").read_text()
PLACED = re.findall(r"deploy/fill\.py (\S+) (deploy/\S+) >(\S+)", RUNNING)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """cluster.env as somebody has filled it in."""
    text = re.sub(r"^([A-Z_0-9]+)=$", r"\1=secret", (DEPLOY / "cluster.env").read_text(), flags=re.MULTILINE)
    file = tmp_path / "cluster.env"
    file.write_text(text)
    return file


def test_every_setting_that_a_file_names_is_in_cluster_env_and_none_is_there_for_nothing():
    named = set()
    for file in TEMPLATES:
        for name, number, _ in HOLE.findall((DEPLOY / file).read_text()):
            named |= {f"{name}{n}" for n in ("1", "2", "3")} if number == "#" else {f"{name}{number}"}
    known = set(read(DEPLOY / "cluster.env"))
    assert {name for name in named if not name.endswith("3")} - known == set()
    assert known - named == set()


def test_a_setting_that_nobody_gave_is_refused_by_its_name():
    with pytest.raises(SettingMissing, match=r"^Il manque WEB2 dans les réglages de la grappe\.$"):
        fill("@WEB1@ @WEB2:port@", {"NUMBER": "1", "WEB1": "10.0.0.1:80", "WEB2": ""})


def test_the_guide_puts_every_file_in_place():
    assert sorted(file.removeprefix("deploy/") for _, file, _ in PLACED) == [
        file for file in TEMPLATES if file != "nginx/nginx.conf"
    ]


@pytest.mark.parametrize(("given", "file", "placed"), PLACED, ids=[file for _, file, _ in PLACED])
def test_a_command_of_the_guide_leaves_nothing_to_fill_in(given: str, file: str, placed: str, settings: Path):
    assert given == "/etc/technilab/cluster.env"
    done = subprocess.run([DEPLOY / "fill.py", settings, ROOT / file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, HOLE.findall(done.stdout)) == (0, "", [])
    if file.startswith("deploy/haproxy") and shutil.which("haproxy", path="/usr/sbin"):
        where = settings.with_name("haproxy.cfg")
        where.write_text(done.stdout)
        checked = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", where], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_every_path_of_deploy_that_the_guide_names_is_there():
    named = set(re.findall(r"(?<![\w/])deploy/[\w./-]*\w", RUNNING))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they lie on a machine, their programs where this one has them."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for unit in folder.glob("*.service"):
        unit.write_text(re.sub(r"/opt/technilab/\S+|/usr/bin/pgbackrest", "/bin/true", unit.read_text()))
    return folder


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_reads_the_units_without_a_complaint(units: Path):
    every = [*units.glob("*.service"), *units.glob("*.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *every], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "technilab" in line]) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
@pytest.mark.parametrize("unit", sorted(file.name for file in UNITS.glob("*.service")))
def test_a_unit_may_do_little_else_than_its_work(units: Path, unit: str):
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", units / unit]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    every: dict[str, dict] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return every


def test_the_containers_are_the_processes_of_the_cluster(services):
    roles = [command["command"][-1] for name, command in services.items() if name != "migrate"]
    wanted = {"patroni": 3, "etcd": 3, "sentinel": 3, "valkey": 2, "haproxy": 2, "pgbouncer": 2, "web": 2, "worker": 2}
    assert {role: roles.count(role) for role in roles} == wanted | {"nginx": 1}


def test_each_container_tells_whether_it_is_well_and_may_do_little(services):
    # The image of pages says how it is asked.
    assert [name for name, one in services.items() if "healthcheck" not in one] == ["web1", "web2"]
    assert {name for name, one in services.items() if not one["read_only"] or one["cap_drop"] != ["ALL"]} == set()


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="no docker-compose here")
def test_compose_reads_its_file(tmp_path: Path):
    (tmp_path / "technilab.env").touch()
    words = ["docker-compose", "-f", DEPLOY / "compose.yaml", "config", "--quiet"]
    told = {**os.environ, "SETTINGS": str(tmp_path)}
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_git_ignores_is_in_no_image():
    ignored = {f"**/{line.rstrip('/')}" for line in (ROOT / ".gitignore").read_text().split()}
    built = "booking/static/built"
    assert set((DEPLOY / "Containerfile.dockerignore").read_text().split()) == (
        ignored - {f"**/{built}"} | {built, ".git"}
    )


def test_no_image_runs_as_root():
    stages = re.split(r"^FROM ", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE)[2:]
    assert [re.findall(r"^USER (\w+)$", stage, re.MULTILINE) for stage in stages] == [["technilab"], ["postgres"]]
    assert "HEALTHCHECK" in stages[0]
