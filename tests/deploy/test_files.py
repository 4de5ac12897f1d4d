"""The files of deploy/: whole, hardened, and the very ones that docs/running.md puts in place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from booking.day.photos.keep_photo import FOLDER
from booking.door.http.admission import ACTS_AT_ONCE, COME_BACK, PATIENCE, READS_AT_ONCE
from booking.process.settings import read_settings
from deploy.cluster.layout import PROGRAMS
from deploy.fill import HOLE, SettingMissing, fill, parsed, read
from deploy.machines import MACHINES, prepare
from deploy.one import placed

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
OF_COMMANDS = {"technilab.env", "copies.env", "pgbackrest/rehearse.env"}
TEMPLATES = sorted({file for _, files in PROGRAMS.values() for file in files.split()} | OF_COMMANDS)
RUNNING, COPIES = ((ROOT / "docs" / guide).read_text() for guide in ("running.md", "copies.md"))
UPGRADE = (ROOT / "docs" / "upgrade.md").read_text()
PLACED = re.findall(r"deploy/fill\.py (\S+) (deploy/\S+) (/\S+)", RUNNING + COPIES)


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


def test_in_a_rush_the_balancers_hold_what_a_web_process_would_and_nobody_waits_for_two_turns():
    balancer = (DEPLOY / "haproxy" / "haproxy.cfg").read_text()
    assert re.findall(r"^ +timeout queue (\S+)$", balancer, re.MULTILINE) == [f"{PATIENCE:g}s"]
    (acts,) = re.findall(r"^backend acts\n(?:.*\n)*? +default-server maxconn (\d+)$", balancer, re.MULTILINE)
    (reads,) = re.findall(r"^listen pages\n(?:.*\n)*? +default-server .* maxconn (\d+)$", balancer, re.MULTILINE)
    # Each of a machine's processes takes one balancer's acts; reads are short, and half of them may wait once more.
    assert int(acts) == ACTS_AT_ONCE
    assert int(reads) == 2 * READS_AT_ONCE
    assert int(read(DEPLOY / "cluster.env")["WORKERS"]) == MACHINES["web"]
    again = re.findall(r"^ +(?:\d+%|\*) +(\d+);$", (DEPLOY / "nginx" / "technilab.conf").read_text(), re.MULTILINE)
    assert len(again) == 5
    assert {int(seconds) for seconds in again} <= set(COME_BACK)


def test_a_cluster_hears_of_returned_mails_where_its_settings_say_how_and_starts_where_they_do_not(settings: Path):
    asked = {
        "MAIL_FROM": "technilab@ac-besancon.fr",
        "IMAP_URL": "imaps://technilab:p%40ss@imap.ac-besancon.fr/INBOX",
        "REPLIES_DIR": "/var/lib/technilab/replies",
        "MAIL_RATE": "30",
    }
    needed = {**read(settings), "SECRET_KEY": "s" * 40, "BASE_URL": "https://technilab.example"}
    before = {name: told for name, told in needed.items() if name not in asked}
    heard = []
    for given in (asked, dict.fromkeys(asked, ""), {}):
        ours = read_settings(parsed(fill((DEPLOY / "technilab.env").read_text(), before | given)))
        heard.append((ours.mail_from, ours.imap_url, str(ours.replies_dir), ours.mail_rate))
    none = ("technilab@example.org", "", "None", 60)
    assert heard == [(*list(asked.values())[:3], 30), none, none]


def test_the_guide_puts_every_file_in_place():
    assert sorted(file.removeprefix("deploy/") for _, file, _ in PLACED) == [
        file for file in TEMPLATES if file != "nginx/nginx.conf"
    ]


@pytest.mark.parametrize(("given", "file", "placed"), PLACED, ids=[file for _, file, _ in PLACED])
def test_a_command_of_the_guide_leaves_nothing_to_fill_in_and_nobody_else_reads_what_it_wrote(
    given: str, file: str, placed: str, settings: Path, tmp_path: Path
):
    assert given == "/etc/technilab/cluster.env"
    where = Path(f"{tmp_path}/machine{placed}")
    words = [DEPLOY / "fill.py", settings, ROOT / file, where]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr, HOLE.findall(where.read_text())) == (0, "", [])
    assert (where.stat().st_mode & 0o777, list(where.parent.iterdir())) == (0o600, [where])
    if file.startswith("deploy/haproxy") and shutil.which("haproxy", path="/usr/sbin"):
        prepare(read(settings), tmp_path / "machines")
        where.write_text(where.read_text().replace("/etc/technilab", str(tmp_path / "machines" / "web1")))
        checked = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", where], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("part", "stopped", "migrated"),
    [
        ("One machine", "systemctl stop technilab-worker", "systemctl start technilab-upgrade@1.1.0"),
        ("Several machines", "systemctl stop technilab-worker", "systemctl start technilab-upgrade@1.1.0"),
        ("Several machines", "`stop worker1 worker2`", "`up --detach --no-deps migrate`"),
    ],
)
def test_no_worker_of_the_version_before_runs_while_a_new_one_tells(part: str, stopped: str, migrated: str):
    told = UPGRADE.split(f"\n## {part}\n")[1].split("\n## ")[0]
    assert told.index(stopped) < told.index(migrated) < told.index("worker", told.index(migrated))


def test_every_path_of_deploy_that_the_guide_names_is_there():
    named = set(re.findall(r"(?<![\w/])deploy/[\w./@-]*\w", RUNNING + COPIES))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they lie on a machine, their programs where this one has them."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for unit in folder.glob("*.service"):
        unit.write_text(re.sub(r"/opt/technilab/\S+|/usr/local/sbin/\S+", "/bin/true", unit.read_text()))
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


@pytest.fixture(scope="module")
def processes(services) -> dict[str, dict]:
    """Those that do the work; a machine only keeps the network of what runs on it."""
    return {name: one for name, one in services.items() if one.get("entrypoint") != ["sleep", "infinity"]}


def test_the_containers_are_the_processes_of_the_cluster(processes):
    roles = [one["command"][-1] for name, one in processes.items() if name != "migrate"]
    wanted = {"patroni": 3, "etcd": 3, "sentinel": 3, "valkey": 2, "haproxy": 2, "pgbouncer": 2, "web": 2, "worker": 2}
    assert {role: roles.count(role) for role in roles} == wanted | {"nginx": 1}


def test_each_image_is_built_once(services):
    built = [(one["image"], one["build"]["target"]) for one in services.values() if "build" in one]
    assert built == [("technilab-engines", "engines"), ("technilab", "technilab")]


def test_a_process_that_is_started_again_finds_the_network_of_its_machine(services, processes):
    machines = services.keys() - processes.keys()
    assert {one["network_mode"].removeprefix("service:") for one in processes.values()} == machines
    assert {name for name, one in services.items() if "networks" in one} == machines


def test_each_container_has_the_address_that_cluster_env_gives_it(services, processes, settings: Path):
    doors = {"db": "POSTGRES", "haproxy": "PAGES", "worker": "WEB"}
    told = read(settings)
    for name, one in processes.items():
        if name not in {"migrate", "nginx"}:
            door = doors.get(name[:-1], name[:-1].upper()) + name[-1]
            machine = services[one["network_mode"].removeprefix("service:")]
            assert machine["networks"]["machines"]["ipv4_address"] == told[door].partition(":")[0], name


def test_each_container_tells_whether_it_is_well_and_may_do_little(services, processes):
    watched = {name for name, one in services.items() if "test" in one.get("healthcheck", {})}
    assert watched == processes.keys() - {"migrate"}
    assert {name for name, one in services.items() if not one["read_only"] or one["cap_drop"] != ["ALL"]} == set()


def test_a_container_writes_in_folders_that_it_may_write_in(processes, settings: Path):
    told = placed(read(settings))
    folders = re.compile(r"@([A-Z]+_(?:DIR|CONF|REPO|LOGS|LOCKS|SOCKETS))@")
    for name, one in processes.items():
        role = one["command"][-1]
        files = [(DEPLOY / file).read_text() for file in PROGRAMS[role][1].split()] if role in PROGRAMS else []
        mounted = [mount.split(":")[-2 if mount.endswith(":ro") else -1] for mount in one["volumes"]]
        mounted += [mount.partition(":")[0] for mount in one["tmpfs"]]
        named = {told[setting] for text in files for setting in folders.findall(text)}
        assert {path for path in named if not any(Path(path).is_relative_to(place) for place in mounted)} == set(), name


def test_a_container_is_given_the_settings_of_its_machine_which_fill_in_all_that_it_runs(
    processes, settings: Path, tmp_path: Path
):
    if not shutil.which("openssl"):
        pytest.skip("no openssl here, which makes the machines' certificates")
    prepare(read(settings), tmp_path)
    for name, one in processes.items():
        if (role := one["command"][-1]) in PROGRAMS:
            mounts = [mount.split(":")[-3:] for mount in one["volumes"]]
            [machine] = [where.rpartition("/")[2] for where, at, *_ in mounts if at == "/etc/technilab/machine"]
            told = placed(read(tmp_path / machine / "cluster.env"))
            filled = "".join(fill((DEPLOY / file).read_text(), told) for file in PROGRAMS[role][1].split())
            assert (name, HOLE.findall(filled)) == (name, [])


def test_docker_and_podman_both_know_the_options_of_a_tmpfs(services):
    options = {option for one in services.values() for mount in one["tmpfs"] for option in mount.split(":")[1:]}
    assert options == {"mode=1777"}


def test_nginx_may_listen_where_only_root_does(services, processes):
    machine = services[processes["nginx"]["network_mode"].removeprefix("service:")]
    assert machine["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": "0"}
    assert machine["ports"] == ["443:443"]


def test_application_machines_share_their_photos_and_who_came_in_and_nothing_else(processes):
    ours = {name: one for name, one in processes.items() if one["image"] == "technilab"}
    assert {mount for one in ours.values() for mount in one["volumes"]} == {
        f"files:/var/lib/technilab/{FOLDER}",
        "security:/var/lib/technilab/security",
        "${SETTINGS:-/etc/technilab}/machines/authority.crt:/etc/technilab/ca.crt:ro",
    }
    for name in ("web1", "worker1", "web2", "worker2"):
        assert ours[name]["env_file"] == [f"${{SETTINGS:-/etc/technilab}}/technilab{name[-1]}.env"]


def test_settings_that_machines_share_are_filled_in_for_the_one_that_is_named(settings: Path):
    told = {**os.environ, "NUMBER": "2"}
    words = [DEPLOY / "fill.py", settings, DEPLOY / "technilab.env"]
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=True)
    assert parsed(done.stdout)["HOST"] == "10.0.0.22"


@pytest.mark.parametrize("reader", ["docker-compose", "podman-compose"])
def test_compose_reads_its_file(reader: str, tmp_path: Path):
    if not shutil.which(reader):
        pytest.skip(f"no {reader} here")
    for number in (1, 2):
        (tmp_path / f"technilab{number}.env").touch()
    words = [reader, "-f", DEPLOY / "compose.yaml", "config"]
    told = {**os.environ, "SETTINGS": str(tmp_path)}
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_git_ignores_is_in_no_image():
    ignored = {f"**/{line.rstrip('/')}" for line in (ROOT / ".gitignore").read_text().split()}
    built = {"booking/static/built", "booking/api/built"}
    assert set((DEPLOY / "Containerfile.dockerignore").read_text().split()) == (
        ignored - {f"**/{folder}" for folder in built} | built | {".git"}
    )


def test_no_image_runs_as_root():
    stages = re.split(r"^FROM ", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE)[2:]
    assert [re.findall(r"^USER (\w+)$", stage, re.MULTILINE) for stage in stages] == [["technilab"], ["postgres"]]
    assert "HEALTHCHECK" in stages[0]
