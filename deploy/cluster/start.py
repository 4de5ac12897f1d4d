"""Start the cluster in the order in which each part needs the one before, and keep it until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncpg
import click

from booking.process.embedded.programs import allow_traversal
from deploy.cluster.control import Control
from deploy.cluster.layout import HOST, Layout, lay_out, members, told
from deploy.cluster.members import Members, lacking
from deploy.machines import prepare

TECHNILAB = (sys.executable, "-m", "booking")
PROGRAMS = (
    "etcd",
    "patroni",
    "valkey-server",
    "valkey-sentinel",
    "haproxy",
    "pgbouncer",
    "nginx",
    "pgbackrest",
    "setpriv",
    "openssl",
)
PATIENCE = 120.0
TRIES = 3
DATABASES = (1, 2, 3)
DOORS = ("ENTRY", "ENTRY2")
# etcd reads its certificates at each connection, the others when they are told.
RELOADED = {"patroni", "pgbouncer"}


class ClusterRefused(Exception):
    """The cluster cannot start here; the text says what to change."""


Beside = Mapping[str, Mapping[str, str]]


def start(
    folder: Path,
    port: int,
    *,
    restart: bool,
    beside: Callable[[Layout], Beside] = lambda layout: {},
    technilab: tuple[str, ...] = TECHNILAB,
) -> None:
    """Serve until SIGTERM or Ctrl-C; with `restart`, what dies is started again, as systemd would.

    `beside` is asked before anything starts what else each process finds in its environment, by its name; `technilab`
    starts pages and workers, `{}` in it being the number of their machine.
    """
    missing = lacking(PROGRAMS)
    if missing:
        raise ClusterRefused(f"La grappe ne démarre pas : il manque {', '.join(missing)} (deploy/packages.sh).")
    folder.mkdir(parents=True, exist_ok=True)
    account = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        allow_traversal(folder / "db1")
    layout = lay_out(folder, port, account=account)
    _refuse_taken_ports(layout)
    environ = {f"{role}{number}": told(layout, number) for role in ("web", "worker") for number in (1, 2)}
    for acting in environ.values():
        del acting["MIGRATE_URL"]  # as the units do
    own = Members(layout, members(layout, technilab=technilab), {**environ, **beside(layout)})
    try:
        with Control(own, lambda name: _wait_until_it_serves(layout, name), lambda: certify(own)) as control:
            _raise_all(own)
            for name, member in own.known.items():
                click.echo(f"{member.role} {member.address} {own.running[name].pid}")
            for _, address, pid in own.postgres():
                click.echo(f"postgres {address} {pid}")
            click.echo(f"tls https://{layout.settings['ENTRY_TLS']}")
            click.echo(f"nginx2 {layout.second_entry}")
            click.echo(f"entry {layout.entry}")
            _watch(own, control, restart=restart)
    finally:
        own.end()


def _raise_all(own: Members) -> None:
    layout = own.layout
    certify(own)
    own.start_all("etcd")
    _until(lambda: all(_answers(f"{layout.settings[f'ETCD_METRICS{n}']}/health") for n in DATABASES), own, "etcd")
    own.make(layout.folder / "copies")
    for role in ("patroni", "valkey", "sentinel", "haproxy", "pgbouncer"):
        own.start_all(role)
    _until(lambda: all(_takes_statements(layout.database_url(f"PGBOUNCER{n}")) for n in (1, 2)), own, "pgbouncer")
    leader = _who(layout, "primary")[0]
    repository = ("pgbackrest", f"--config={layout.folder}/db{leader}/pgbackrest.conf", "--stanza=technilab")
    own.run(f"patroni{leader}", *repository, "stanza-create")
    own.start_all("web")  # loads while the standbys copy the first database
    _until(
        lambda: bool(_who(layout, "primary") and _who(layout, "sync") and len(_who(layout, "replica")) == 2),
        own,
        "patroni",
    )
    environ = {**os.environ, **told(layout, 1)}
    if (done := _migrated(environ, own)).returncode:
        raise ClusterRefused(done.stderr.strip())
    if os.environ.get("DEMO"):
        # Examples are laid once.
        subprocess.run([*TECHNILAB, "demo"], env=environ, capture_output=True, check=False)
    _certify_the_site(layout.folder / "tls")
    for role in ("worker", "nginx"):
        own.start_all(role)
    _until(lambda: all(_answers(f"{layout.settings[web]}/health/ready") for web in ("WEB1", "WEB2")), own, "web")
    _until(lambda: all(_answers(f"{layout.settings[door]}/health/ready") for door in DOORS), own, "nginx")
    own.write_down()


def _migrated(environ: dict[str, str], own: Members) -> subprocess.CompletedProcess[str]:
    """Begun anew where a busy machine's HAProxy takes a leader that is slow to answer for gone, a moment."""
    for _ in range(TRIES):
        _until(lambda: _takes_statements(environ["MIGRATE_URL"]), own, "haproxy")
        done = subprocess.run([*TECHNILAB, "migrate"], env=environ, capture_output=True, text=True, check=False)
        if not done.returncode:
            break
    return done


def _watch(own: Members, control: Control, *, restart: bool) -> None:
    while True:
        control.obey(for_seconds=0.5)
        for name, code in own.dead():
            click.echo(f"{name} s'est arrêté (code {code})", err=True)
            if restart:
                own.start(name)


def _wait_until_it_serves(layout: Layout, name: str) -> None:
    if name.startswith("web"):
        _until(lambda: _answers(f"{layout.settings[name.upper()]}/health/ready"), None, name)


def _who(layout: Layout, role: str) -> list[int]:
    """The database machines that answer for this role."""
    ours = ssl.create_default_context(cafile=layout.machine("patroni", "1") / "ca.crt")
    return [number for number in DATABASES if _answers(f"{layout.settings[f'PATRONI{number}']}/{role}", ours)]


def _answers(address: str, ours: ssl.SSLContext | None = None) -> bool:
    try:
        with urllib.request.urlopen(f"http{'s' if ours else ''}://{address}", timeout=2, context=ours) as answer:
            told = answer.read()
    except OSError:
        return False
    return bool(answer.status == 200 and not told.startswith(b'{"health":"false"'))


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def _takes_statements(database_url: str) -> bool:
    async def ask() -> None:
        connection = await asyncpg.connect(database_url, timeout=2)
        await connection.close()

    try:
        asyncio.run(ask())
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    return True


def _until(seen: Callable[[], bool], own: Members | None, who: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        if own is not None and (dead := own.dead()):
            name, code = dead[0]
            raise ClusterRefused(f"{name} s'est arrêté (code {code}) : voyez {own.layout.folder / name}.log.")
        if time.monotonic() > deadline:
            raise ClusterRefused(f"{who} ne répond pas : voyez les journaux (*.log) du dossier de la grappe.")
        time.sleep(0.2)


def certify(own: Members) -> None:
    """What each machine shows the others, renewed where it ends; whoever runs takes it on without a restart."""
    layout = own.layout
    folder = layout.folder / "machines"
    prepare(layout.settings, folder)
    folder.chmod(0o711)
    for machine in folder.iterdir():
        if machine.is_dir():
            machine.chmod(0o711)
            own.give(*(machine / f"{name}.key" for name in ("postgres", "pgbouncer")))
    for name, process in own.running.items():
        if own.known[name].role in RELOADED:
            process.send_signal(signal.SIGHUP)


def _certify_the_site(folder: Path) -> None:
    """A certificate of our own for this machine; a real site brings its own."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / "technilab.crt").exists():
        words = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost"
        )
        words += f" -addext subjectAltName=DNS:localhost,IP:{HOST}"
        files = ("-keyout", str(folder / "technilab.key"), "-out", str(folder / "technilab.crt"))
        subprocess.run([*words.split(), *files], check=True, capture_output=True)


def _refuse_taken_ports(layout: Layout) -> None:
    taken = [address for address in layout.settings.values() if address.startswith(f"{HOST}:") and _listens(address)]
    if taken:
        raise ClusterRefused(f"Déjà pris par un autre programme : {', '.join(taken)}. Choisissez un autre PORT.")
