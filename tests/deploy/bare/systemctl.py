#!/usr/bin/env python3
"""systemctl, systemd-run and journalctl on a machine where no systemd runs: what a unit says is run, as it says.

Put into the machine's /usr/local/bin under these three names, for its own Python: each ExecStart under the account that
the unit names, with nothing in its environment but what its `Environment` and `EnvironmentFile` say. What systemd would
also do, and nothing here does: the sandbox of the hardened units, the hours of the timers, starting anew what dies.
"""

from __future__ import annotations

import os
import pwd
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"))
RUNNING, LOGS = Path("/run/units"), Path("/var/log/units")


class Unit:
    """A unit's file with its drop-ins; `said("ExecStart")` are its lines of that name."""

    def __init__(self, name: str) -> None:
        self.name = name if "." in name.rpartition("@")[2] and name.rpartition(".")[2] in KINDS else f"{name}.service"
        stem, _, self.kind = self.name.rpartition(".")
        template, at, self.instance = stem.partition("@")
        if at:
            self.name = f"{template}@{self.instance}.{self.kind}"
        file = next((one for folder in UNITS if (one := folder / f"{template}{at}.{self.kind}").exists()), None)
        if file is None:
            sys.exit(f"Unit {self.name} not found.")
        words = template.split("-")
        above = [f"{'-'.join(words[:n])}-.{self.kind}.d" for n in range(1, len(words))]
        dropped = [one for part in [*above, f"{file.name}.d"] for one in sorted((UNITS[0] / part).glob("*.conf"))]
        text = "\n".join(one.read_text() for one in [file, *dropped]).replace("\\\n", " ")
        self.lines = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)

    def said(self, key: str) -> list[str]:
        told: list[str] = []
        for name, value in self.lines:
            if name == key:
                told = [*told, value.strip().replace("%i", self.instance)] if value.strip() else []
        return told

    def last(self, key: str, otherwise: str = "") -> str:
        return (self.said(key) or [otherwise])[-1]

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def mark(self) -> Path:
        return RUNNING / self.name

    def environ(self) -> dict[str, str]:
        told: dict[str, str] = {}
        for line in self.said("Environment"):
            told |= dict(one.split("=", 1) for one in shlex.split(line))
        for file in self.said("EnvironmentFile"):
            if not file.startswith("-") or Path(file[1:]).exists():
                told |= settings(Path(file.removeprefix("-")))
        for names in self.said("UnsetEnvironment"):
            for name in names.split():
                told.pop(name, None)
        return told

    def popen(self, line: str, output: int) -> tuple[bool, subprocess.Popen[bytes]]:
        """One of its commands, begun; whether its failure is one."""
        prefix = re.match(r"[-@:+!]*", line)
        assert prefix
        environ, user = self.environ(), self.last("User", "root")
        account = pwd.getpwnam(user)
        words = [expanded for word in shlex.split(line[prefix.end() :]) for expanded in _expanded(word, environ)]
        groups = os.getgrouplist(user, account.pw_gid)
        begun = subprocess.Popen(
            words, env=environ, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            umask=int(self.last("UMask", "0022"), 8), user=account.pw_uid, group=account.pw_gid, extra_groups=groups,
        )  # fmt: skip
        return "-" in prefix[0], begun

    def folders(self) -> None:
        account = pwd.getpwnam(self.last("User", "root"))
        for key, above, mode in (("StateDirectory", "/var/lib", 0o755), ("RuntimeDirectory", "/run", 0o755)):
            for name in self.last(key).split():
                folder = Path(above, name)
                folder.mkdir(mode=mode, parents=True, exist_ok=True)
                os.chown(folder, account.pw_uid, account.pw_gid)

    def start(self) -> None:
        if self.kind == "timer" or _lives(self.mark):
            return
        self.folders()
        kind = self.last("Type", "simple")
        self.mark.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            for line in self.said("ExecCondition"):
                if self.popen(line, log.fileno())[1].wait() != 0:
                    return
            for line in self.said("ExecStartPre"):
                self._ends_well(line, log.fileno())
            for line in self.said("ExecStart"):
                if kind in {"oneshot", "forking"}:
                    self._ends_well(line, log.fileno())
                else:
                    self.mark.write_text(str(self.popen(line, log.fileno())[1].pid))
        if kind == "forking":
            file = Path(self.last("PIDFile"))
            _until(file.exists)
            self.mark.write_text(file.read_text().strip())

    def _ends_well(self, line: str, output: int) -> None:
        pardoned, command = self.popen(line, output)
        if command.wait() != 0 and not pardoned:
            self.mark.write_text("failed")
            sys.stderr.write(self.log.read_text(errors="replace")[-3000:])
            sys.exit(f"Job for {self.name} failed because the control process exited with error code.")

    def stop(self) -> None:
        if not _lives(self.mark):
            return
        pid = int(self.mark.read_text())
        with_all = self.last("KillMode", "control-group") == "control-group"
        _signal(-pid if with_all and os.getpgid(pid) == pid else pid, signal.SIGTERM)
        if not _until(lambda: not _lives(self.mark), within=float(self.last("TimeoutStopSec", "90"))):
            _signal(-pid, signal.SIGKILL)
        self.mark.unlink()

    def reload(self) -> None:
        for line in self.said("ExecReload"):
            with self.log.open("ab") as log:
                self.popen(line.replace("$MAINPID", self.mark.read_text()), log.fileno())[1].wait()


KINDS = {"service", "timer"}


def settings(file: Path) -> dict[str, str]:
    """The lines `NAME=value` of a file, as systemd reads it."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith(("#", ";"))]
    return {name: value[1:-1] if re.fullmatch(r"([\"']).*\1", value) else value for name, value in pairs}


def _expanded(word: str, environ: dict[str, str]) -> list[str]:
    if re.fullmatch(r"\$\w+", word):
        return shlex.split(environ.get(word[1:], ""))
    return [re.sub(r"\$\{(\w+)\}", lambda found: environ.get(found[1], ""), word)]


def _lives(mark: Path) -> bool:
    """Whether that process is there, and not one that only waits to be buried."""
    if not mark.exists() or not (pid := mark.read_text()).isdigit():
        return False
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


def _until(seen: object, *, within: float = 90) -> bool:
    assert callable(seen)
    deadline = time.monotonic() + within
    while not seen():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def systemctl(words: list[str]) -> None:
    options = {word for word in words if word.startswith("-")}
    act, *names = [word for word in words if not word.startswith("-")] or ["list"]
    if "--failed" in options:
        print("\n".join(one.name for one in sorted(RUNNING.iterdir()) if one.read_text() == "failed"))
        return
    acts = {"start": ["start"], "stop": ["stop"], "restart": ["stop", "start"], "reload": ["reload"]}
    acts |= {"enable": ["start"] if "--now" in options else [], "disable": ["stop"] if "--now" in options else []}
    if act == "is-active":
        sys.exit(0 if all(_lives(Unit(name).mark) for name in names) else 3)
    if act != "daemon-reload" and act not in acts:
        sys.exit(f"systemctl {act} is not known here.")
    for name in names:
        for step in acts[act]:
            getattr(Unit(name), step)()


def systemd_run(words: list[str]) -> None:
    """A command with the account and the settings that its options name, to its end."""
    environ: dict[str, str] = {}
    user = "root"
    while words and words[0].startswith("-"):
        option, _, value = words.pop(0).partition("=")
        if option == "--uid":
            user = value
        elif option == "--property" and value.startswith("EnvironmentFile="):
            environ |= settings(Path(value.partition("=")[2]))
        elif option == "--setenv":
            name, _, told = value.partition("=")
            environ[name] = told
        elif option not in {"--pipe", "--wait", "--collect", "--quiet"}:
            sys.exit(f"systemd-run {option} is not known here.")
    account = pwd.getpwnam(user)
    groups = os.getgrouplist(user, account.pw_gid)
    ran = subprocess.run(
        words, env=environ, cwd="/", user=account.pw_uid, group=account.pw_gid, extra_groups=groups, check=False
    )
    sys.exit(ran.returncode)


def journalctl(words: list[str]) -> None:
    """What units have said."""
    names = [words[at + 1] for at, word in enumerate(words) if word in {"-u", "--unit"}]
    for name in names:
        unit = Unit(name)
        print(unit.log.read_text(errors="replace") if unit.log.exists() else "-- No entries --", end="")


if __name__ == "__main__":
    for place in (RUNNING, LOGS):
        place.mkdir(exist_ok=True)
    called = {"systemctl": systemctl, "systemd-run": systemd_run, "journalctl": journalctl}
    called[Path(sys.argv[0]).name](sys.argv[1:])
