"""Two application machines as network namespaces on one bridge, with nginx, HAProxy and keepalived as deploy/ has them.

What they stand before, a web process and its database, is at the bridge's own address, where people come from too.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.cluster.layout import FILES, PROGRAMS, lay_out
from deploy.cluster.members import PATH, lacking
from deploy.fill import fill
from deploy.machines import prepare
from tests.command_line import data_folder, eventually, free_port
from tests.deploy.test_pages_door import a_database
from tests.faults.crowd import NAME, Crowd
from tests.faults.failover import kill_tree
from tests.faults.history import Act
from tests.faults.site import Process, ip
from tests.front import self_signed

NEEDED = ("ip", "nginx", "haproxy", "keepalived", "openssl")
RUNS = ("haproxy", "nginx", "keepalived")
STARTS_IN = 60.0


def why_not() -> str:
    """What this machine lacks for two others inside it; empty where it can have them."""
    if os.geteuid() != 0:
        return "not root here: nobody else may make network namespaces"
    if missing := lacking(NEEDED):
        return f"no two doors here: {', '.join(missing)} missing (deploy/packages.sh keepalived iproute2)"
    name = f"tl{os.getpid()}"
    tried = (
        f"ip netns add {name}",
        f"ip link add {name} type bridge",
        f"ip link add {name}a type veth peer name {name}b netns {name}",
    )
    try:
        for words in tried:
            done = subprocess.run(words.split(), env={"PATH": PATH}, capture_output=True, text=True, check=False)
            if done.returncode:
                return f"no network namespaces here: {words}: {done.stderr.strip()}"
    finally:
        for words in (f"ip link del {name}", f"ip netns del {name}"):
            subprocess.run(words.split(), env={"PATH": PATH}, capture_output=True, check=False)
    return ""


@dataclass
class Machine:
    """One of the two: its name as a network namespace, its address, and what runs on it."""

    number: int
    doors: TwoDoors
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.doors.bridge}-{self.number}"

    @property
    def address(self) -> str:
        return f"{self.doors.network}.2{self.number}"

    @property
    def line(self) -> str:
        return f"{self.doors.bridge}v{self.number}"

    def on(self) -> None:
        """Its network card, then what its units start."""
        ip("netns", "add", self.name)
        ip("link", "add", self.line, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("link", "set", self.line, "master", self.doors.bridge, "up")
        ip("-n", self.name, "addr", "add", f"{self.address}/24", "dev", "eth0")
        for end in ("lo", "eth0"):
            ip("-n", self.name, "link", "set", end, "up")
        for role in RUNS:
            self.start(role)

    def off(self) -> None:
        """As a power cut does: nothing of it says goodbye, and its card is gone with it."""
        for role in RUNS:
            self.kill(role)
        # The card itself: whoever took a copy of our mounts meanwhile keeps the namespace.
        for words in (f"ip link del {self.line}", f"ip netns del {self.name}"):
            subprocess.run(words.split(), env={"PATH": PATH}, capture_output=True, check=False)

    def start(self, role: str) -> None:
        here = self.doors.home / f"{role}{self.number}"
        here.mkdir(exist_ok=True)
        here.chmod(0o711)
        settings = self.doors.settings | {f"{name}_DIR": str(here) for name in ("NGINX", "HAPROXY")}
        settings |= {"NUMBER": str(self.number), "CERTIFICATES": str(self.doors.home / "machines" / "web1")}
        for file in PROGRAMS[role][1].split():
            text = fill((FILES / file).read_text(), settings)
            (here / Path(file).name).write_text(text.replace("/usr/local/sbin/technilab-door", str(self.doors.asks)))
        words = PROGRAMS[role][0].format(here).split()
        # One that finds a file of the other's locked takes itself for running already.
        pids = [f"--{of}pid={here}/{of}pid" for of in ("", "vrrp_", "checkers_", "bfd_")]
        words += {
            "nginx": ["-g", "user root;"],
            "keepalived": ["--config-id", str(self.number), *pids],
        }.get(role, [])
        with (here / "log").open("ab") as log:
            self.running[role] = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *words],
                env={**os.environ, "PATH": PATH},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, role: str) -> None:
        if (process := self.running.pop(role, None)) is not None:
            with suppress(ProcessLookupError):
                kill_tree(process.pid)
            process.wait(timeout=20)

    def stop(self, role: str) -> None:
        """As systemd does."""
        process = self.running.pop(role)
        process.terminate()
        process.wait(timeout=20)

    @property
    def serves(self) -> bool:
        """What the check of keepalived says of it."""
        words = ["ip", "netns", "exec", self.name, str(self.doors.asks), "127.0.0.1:443"]
        return subprocess.run(words, env={"PATH": PATH}, check=False).returncode == 0

    @property
    def holds(self) -> bool:
        """Whether the site's address is at this machine."""
        words = ["ip", "-n", self.name, "-o", "-4", "addr", "show", "dev", "eth0"]
        told = subprocess.run(words, env={"PATH": PATH}, capture_output=True, text=True, check=False).stdout
        return f" {self.doors.site}/" in told

    @property
    def log(self) -> str:
        return (self.doors.home / f"keepalived{self.number}" / "log").read_text()


class TwoDoors:
    """Both machines, the web process behind them, and the address by which people come."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home, self.database_url = home, database_url
        self.bridge = f"tl{os.getpid() % 1000000}"
        self.network = f"10.214.{os.getpid() % 250}"
        self.here, self.site = f"{self.network}.1", f"{self.network}.20"
        self.asks = home / "technilab-door"
        shutil.copy(FILES / "keepalived" / "door.sh", self.asks)
        self.key = secrets.token_urlsafe(48)
        self.settings = lay_out(home, 1, account="postgres").settings | {
            **{f"PAGES{n}": f"{self.network}.2{n}:8080" for n in (1, 2)},
            **{f"CARD{n}": "eth0" for n in (1, 2)},
            **{f"WRITE{n}": "127.0.0.1:5000" for n in (1, 2)},
            **{f"READ{n}": "127.0.0.1:5001" for n in (1, 2)},
            # Where a page of theirs would be asked for in clear there is none: people's clients here speak no TLS.
            **{"ENTRY": "0.0.0.0:80", "ENTRY_TLS": "0.0.0.0:443", "SITE": self.site, "TLS_DIR": str(home)},
        }
        port = free_port()
        self.settings |= {f"WEB{n}": f"{self.here}:{port}" for n in (1, 2)}
        self.web = Process(
            ["booking", "web"],
            {
                **{"DATABASE_URL": database_url, "REDIS_URL": "none", "SECRET_KEY": self.key},
                **{"BASE_URL": f"https://{NAME}", "SMTP_URL": "smtp://127.0.0.1:9"},
                **{"HOST": self.here, "PORT": str(port)},
            },
            home / "web.log",
            home / "web",
        )
        self.machines = {number: Machine(number, self) for number in (1, 2)}

    def start(self) -> None:
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.here}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        prepare(self.settings, self.home / "machines")
        self_signed(self.home)
        self.web.start()
        for machine in self.machines.values():
            machine.on()
        eventually(lambda: all(one.serves for one in self.machines.values()), "a door does not serve", within=STARTS_IN)
        eventually(self.whole, f"nobody has the address: {self.logs()}", within=STARTS_IN)

    def stop(self) -> None:
        for machine in self.machines.values():
            machine.off()
        self.web.kill()
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True, check=False)

    def holders(self) -> list[int]:
        """The machines that have the site's address now."""
        return [number for number, machine in self.machines.items() if machine.holds]

    def whole(self) -> bool:
        """Whether both serve, and one of them answers at the address."""
        return all(one.serves for one in self.machines.values()) and len(self.holders()) == 1 and self.answers()

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://{self.site}/health/live", timeout=3).status_code == 200
        return False

    def logs(self) -> str:
        return "\n".join(machine.log for machine in self.machines.values())

    @contextmanager
    def people(self, logs: Path, *, rate: float = 40.0) -> Iterator[Crowd]:
        """They act by the address, and look once more at what they hold when they go."""
        crowd = Crowd.at(self.database_url, logs, key=self.key, clients=4, groups=20, slots=40)
        crowd.go([(self.site, 80)], rate=rate, seed=7, hands=6)
        try:
            eventually(lambda: bool(crowd.acts()), "the clients do nothing", within=STARTS_IN)
            time.sleep(2)
            yield crowd
        finally:
            crowd.stop()


@contextmanager
def two_doors() -> Iterator[TwoDoors]:
    """Started and whole; nothing of them is left at the end."""
    with ExitStack() as stack:
        home = stack.enter_context(data_folder())
        server = stack.enter_context(a_database(home))
        doors = TwoDoors(home, server.url)
        stack.callback(doors.stop)
        doors.start()
        yield doors


def said(what: str, gap: float, acts: list[Act]) -> None:
    """For whoever measures: the silence, and of how many acts nobody was ever told what became of them."""
    unanswered = sum(act.ended is None for act in acts)
    print(f"{what}: {gap:.1f} s of silence, {unanswered} of {len(acts)} acts unanswered")
