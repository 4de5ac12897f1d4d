"""Which processes there are, where each listens, and what stands in its files."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.fill import fill, parsed, read

FILES = Path(__file__).parents[1]
HOST = "127.0.0.1"
# Our own doors stand far from the entry: a second cluster on the next PORT does not meet them.
AWAY = 10000
SECRETS = (
    *("SECRET_KEY", "METRICS_TOKEN", "REPOSITORY_KEY"),
    *(
        f"{name}_PASSWORD"
        for name in ("PATRONI", "SUPERUSER", "REPLICATION", "REWIND", "TECHNILAB", "ACTING", "VALKEY")
    ),
)
# In the order of their start.
ROLES = {
    "etcd": 3,
    "patroni": 3,
    "valkey": 2,
    "sentinel": 3,
    "haproxy": 2,
    "pgbouncer": 2,
    "web": 2,
    "worker": 2,
    "nginx": 2,
}
# What each runs, given its folder, and the files of deploy/ that it reads.
PROGRAMS = {
    "etcd": ("etcd --config-file {}/etcd.yml", "etcd/etcd.yml"),
    "patroni": ("patroni {}/patroni.yml", "patroni/patroni.yml patroni/first_database.sql pgbackrest/pgbackrest.conf"),
    "valkey": ("valkey-server {}/valkey.conf", "valkey/valkey.conf"),
    "sentinel": ("valkey-sentinel {}/sentinel.conf", "valkey/sentinel.conf"),
    "haproxy": ("haproxy -db -f {}/haproxy.cfg", "haproxy/haproxy.cfg"),
    "pgbouncer": ("pgbouncer -q {}/pgbouncer.ini", "pgbouncer/pgbouncer.ini pgbouncer/userlist.txt"),
    "nginx": ("nginx -e stderr -c {}/nginx.conf", "nginx/nginx.conf nginx/technilab.conf"),
    "keepalived": (
        "keepalived --vrrp --dont-fork -l -f {}/keepalived.conf",
        "keepalived/keepalived.conf keepalived/keepalived.env",
    ),
}
# Folders of their own, each.
FILLED = ("ETCD", "PATRONI", "PGBOUNCER", "HAPROXY", "VALKEY", "SENTINEL", "NGINX")
DOORS = (
    "ETCD",
    "ETCD_PEER",
    "ETCD_METRICS",
    "PATRONI",
    "POSTGRES",
    "VALKEY",
    "SENTINEL",
    "WRITE",
    "READ",
    "PGBOUNCER",
    "WEB",
    "PAGES",
)


@dataclass(frozen=True)
class Member:
    """One process: its command, and the files that it reads, by the name of the file of deploy/ they are made of."""

    name: str
    role: str
    address: str
    command: tuple[str, ...]
    files: Mapping[Path, str]
    folder: Path
    database: bool = False


@dataclass(frozen=True)
class Layout:
    """The cluster of one PORT in one folder."""

    folder: Path
    port: int
    account: str
    settings: Mapping[str, str]

    @property
    def entry(self) -> str:
        """Where people come in."""
        return f"http://{HOST}:{self.port}"

    @property
    def second_entry(self) -> str:
        """Where they come in too, by the other machine's nginx."""
        return f"http://{self.settings['ENTRY2']}"

    def database_url(self, door: str) -> str:
        """The database behind one of the doors (WRITE1, PGBOUNCER2, POSTGRES3): a PgBouncer knows who acts alone."""
        user, named = ("technilab_acts", "ACTING") if door.startswith("PGBOUNCER") else ("technilab", "TECHNILAB")
        return f"postgresql://{user}:{self.settings[f'{named}_PASSWORD']}@{self.settings[door]}/technilab"

    def machine(self, role: str, number: str) -> Path:
        """Where a process of this role finds the certificates of its machine."""
        return self.folder / "machines" / (f"db{number}" if role in {"etcd", "patroni"} else f"web{number}")

    def postgres(self, number: int) -> Path:
        """The data folder of one database machine."""
        return self.folder / f"db{number}" / "data"


def lay_out(folder: Path, port: int, *, account: str) -> Layout:
    """The addresses follow PORT, the secrets are drawn once a folder."""
    settings = dict.fromkeys(read(FILES / "cluster.env"), "")
    doors = iter(range(port + AWAY, port + AWAY + 100))
    for door in DOORS:
        for number in range(1, 4):
            if f"{door}{number}" in settings:
                settings[f"{door}{number}"] = f"{HOST}:{next(doors)}"
    settings |= {
        "ENTRY": f"{HOST}:{port}",
        "ENTRY_TLS": f"{HOST}:{next(doors)}",
        # On a machine of its own the second nginx listens at the same ports.
        "ENTRY2": f"{HOST}:{next(doors)}",
        "ENTRY_TLS2": f"{HOST}:{next(doors)}",
        "NETWORK": f"{HOST}/32",
        "POSTGRES_PROGRAMS": str(postgres_programs()),
        "POSTGRES_ACCOUNT": account,
        "HAPROXY_ACCOUNT": "haproxy" if account == "postgres" else account,
        "SHARED_BUFFERS": "64MB",
        "WATCHDOG": "off",
        "TLS_DIR": str(folder / "tls"),
        "PGBACKREST_REPO": str(folder / "copies"),
        "BASE_URL": f"http://{HOST}:{port}",
        "SMTP_URL": os.environ.get("SMTP_URL", ""),
        "TRUSTED_PROXIES": HOST,
        "WORKERS": "1",
        **_secrets(folder / "secrets"),
    }
    return Layout(folder, port, account, settings)


def members(layout: Layout, *, technilab: tuple[str, ...]) -> Iterator[Member]:
    """Every process, in the order of the start; in what starts Technilab `{}` is the machine's number."""
    for role, count in ROLES.items():
        for number in range(1, count + 1):
            yield _member(layout, role, number, technilab)


def told(layout: Layout, number: int) -> dict[str, str]:
    """What a process of Technilab is told on one application machine."""
    text = (FILES / "technilab.env").read_text()
    if not layout.settings["SMTP_URL"]:  # a trial keeps its mails as files
        text = text.replace("SMTP_URL=@SMTP_URL@\n", "")
    settings = {**layout.settings, "NUMBER": str(number), "CERTIFICATES": str(layout.machine("web", str(number)))}
    return parsed(fill(text, settings)) | {"DATA_DIR": str(layout.folder / "files")}


def fill_in(layout: Layout, member: Member) -> dict[Path, str]:
    """What each of its files says on this machine."""
    number = member.name.removeprefix(member.role)
    here = member.folder
    settings = {
        **layout.settings,
        "NUMBER": number,
        "CERTIFICATES": str(layout.machine(member.role, number)),
        "POSTGRES_DIR": str(here / "data"),
        "POSTGRES_SOCKETS": str(here),
        "PGBACKREST_CONF": str(here / "pgbackrest.conf"),
        "PGBACKREST_LOGS": str(here),
        "PGBACKREST_LOCKS": str(here),
        **{f"{name}_DIR": str(here) for name in FILLED},
    }
    if member.name == "nginx2":
        settings |= {name: layout.settings[f"{name}2"] for name in ("ENTRY", "ENTRY_TLS")}
    return {file: fill((FILES / made_of).read_text(), settings) for file, made_of in member.files.items()}


def _member(layout: Layout, role: str, number: int, technilab: tuple[str, ...]) -> Member:
    name = f"{role}{number}"
    here = layout.folder / (f"db{number}" if role == "patroni" else name)
    doors = {"haproxy": f"WRITE{number}", "nginx": "ENTRY2" if name == "nginx2" else "ENTRY"}
    words, files = PROGRAMS.get(role, ("", ""))
    command = tuple(word.format(here) for word in words.split())
    command = command or (*(word.format(number) for word in technilab), role)
    if name == "valkey2":
        command += ("--replicaof", *layout.settings["VALKEY1"].split(":"))
    return Member(
        name,
        role,
        layout.settings.get(doors.get(role, f"{role.upper()}{number}"), "-"),
        command,
        {here / Path(file).name: file for file in files.split()},
        here,
        role in {"patroni", "pgbouncer"},
    )


def _secrets(file: Path) -> dict[str, str]:
    file.touch(mode=0o600)
    known = read(file)
    drawn = {name: secrets.token_hex(24) for name in SECRETS if name not in known}
    with file.open("a") as kept:
        kept.writelines(f"{name}={word}\n" for name, word in drawn.items())
    return known | drawn


def postgres_programs() -> Path:
    """Debian's newest PostgreSQL, or the folder of the `postgres` that the shell finds."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda one: int(one.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("postgres")
    return Path(program).resolve().parent if program else Path("/usr/bin")
