"""The processes while they live: started as the right account, found again whatever dies, stopped to the last one."""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from deploy.cluster.layout import Layout, Member, fill_in

PATIENCE = 20.0
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a killed process leaves behind becomes our child, and ends with us
# Debian's programs of the system, wherever the shell looks.
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin"))


class Members:
    """All processes of one cluster, by name."""

    def __init__(self, layout: Layout, every: Iterable[Member], environ: Mapping[str, Mapping[str, str]]) -> None:
        self.layout = layout
        self.known = {member.name: member for member in every}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._environ = environ
        ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0)

    def start(self, name: str) -> int:
        """Start one and return its number; its files are written anew."""
        member = self.known[name]
        member.folder.mkdir(mode=0o700, exist_ok=True)
        if member.role == "nginx":
            member.folder.chmod(0o711)  # root's nginx serves as nobody, who walks to what it keeps
        for file, text in fill_in(self.layout, member).items():
            file.touch(mode=0o600)
            file.write_text(text)
        if member.database:
            self._give(member.folder)
        with (self.layout.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*self._as(member), *member.command],
                env=self._told(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/" if member.database else None,
                start_new_session=True,
            )
        self.write_down()
        return self.running[name].pid

    def start_all(self, role: str) -> None:
        """Start every process of a role."""
        for name in [name for name, member in self.known.items() if member.role == role]:
            self.start(name)

    def stop(self, *names: str, patience: float = PATIENCE) -> None:
        """Ask them to end, all at once, and wait; what does not is killed."""
        ending = {name: self.running.pop(name) for name in names if name in self.running}
        for process in ending.values():
            process.terminate()
        deadline = time.monotonic() + patience
        for process in ending.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def dead(self) -> list[tuple[str, int]]:
        """Who has died since the last look, and of what."""
        self._bury()
        gone = [(name, code) for name, process in self.running.items() if (code := process.poll()) is not None]
        for name, _ in gone:
            del self.running[name]
        return gone

    def end(self) -> None:
        """Stop everything, those who ask before those who answer; nothing of ours is left afterwards."""
        for roles in ({"nginx"}, {"web", "worker"}, {"pgbouncer", "haproxy", "valkey", "sentinel"}):
            self.stop(*(name for name in self.running if self.known[name].role in roles))
        # Those that stop together wait in vain for one to hand the lead to: Patroni for a leader that lets its standby
        # go, etcd for another leader. What they keep is on their disks, and PostgreSQL is stopped as it likes below.
        self.stop(*(name for name in self.running if self.known[name].role == "patroni"), patience=4.0)
        self.stop(*self.running, patience=1.0)
        # PostgreSQL of a killed Patroni, a child of a killed web process.
        for number, wait in ((signal.SIGINT, PATIENCE), (signal.SIGKILL, 5.0)):
            deadline = time.monotonic() + wait
            for left in descendants():
                with suppress(ProcessLookupError):
                    os.kill(left, number)
            while descendants() and time.monotonic() < deadline:
                self._bury()
                time.sleep(0.05)

    def postgres(self) -> Iterator[tuple[str, str, int]]:
        """The database servers that live: name, address, number."""
        for number in (1, 2, 3):
            with suppress(OSError, ValueError, IndexError):
                pid = int((self.layout.postgres(number) / "postmaster.pid").read_text().split()[0])
                os.kill(pid, 0)
                yield f"postgres{number}", self.layout.settings[f"POSTGRES{number}"], pid

    def write_down(self) -> None:
        """Who runs, for whoever looks for a victim: `processes.json` in the cluster's folder."""
        every = [
            {"role": member.role, "name": name, "address": member.address, "pid": self.running[name].pid}
            for name, member in self.known.items()
            if name in self.running
        ]
        every += [
            {"role": "postgres", "name": name, "address": address, "pid": pid} for name, address, pid in self.postgres()
        ]
        told = {"entry": self.layout.entry, "processes": every, "settings": dict(self.layout.settings)}
        beside = self.layout.folder / "processes.new"
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(told, indent=1))
        beside.rename(self.layout.folder / "processes.json")

    def make(self, folder: Path) -> None:
        """A folder of the database's account."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)

    def run(self, name: str, *words: str) -> None:
        """A command of the database's account where such a process runs, to its end; raises CalledProcessError."""
        command = [*self._become(), *words]
        subprocess.run(command, cwd="/", env=self._told(name), capture_output=True, check=True)

    def _told(self, name: str) -> dict[str, str]:
        # libpq looks there for certificates of the account's own.
        home = {"HOME": pwd.getpwnam(self.layout.account).pw_dir} if self.known[name].database else {}
        return {**os.environ, "PATH": PATH, **home, **self._environ.get(name, {})}

    def _give(self, folder: Path) -> None:
        """PostgreSQL and PgBouncer refuse to be root, and to read what others may."""
        self.give(folder, *(one for one in folder.iterdir() if one.is_file()))

    def give(self, *places: Path) -> None:
        """Make them the database's account's, where they are there and we may."""
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.layout.account)
            for place in places:
                with suppress(FileNotFoundError):
                    os.chown(place, account.pw_uid, account.pw_gid)

    def _as(self, member: Member) -> list[str]:
        """Under the right account, and never longer than us, even when we are killed."""
        return [*(self._become() if member.database else ["setpriv"]), "--pdeathsig", "TERM"]

    def _become(self) -> list[str]:
        account = self.layout.account
        return ["setpriv", *(["--reuid", account, "--regid", account, "--init-groups"] if os.geteuid() == 0 else [])]

    def _bury(self) -> None:
        """Children that we did not start ourselves, come to us because their parent died."""
        ours = {process.pid for process in self.running.values()}
        for child in descendants(deep=False):
            if child not in ours:
                with suppress(ChildProcessError):
                    os.waitpid(child, os.WNOHANG)


def descendants(of: int | None = None, *, deep: bool = True) -> list[int]:
    """Every living process below this one."""
    found: list[int] = []
    for children in Path(f"/proc/{of or os.getpid()}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in children.read_text().split()]
    below = [one for child in found for one in descendants(child)] if deep else []
    return found + below


def lacking(names: Iterable[str]) -> list[str]:
    """Programs that this machine does not have."""
    return [name for name in names if shutil.which(name, path=PATH) is None]
