"""A bare Debian in a folder, and whoever types at it as root: commands as they are printed, one after the other.

Its root is made once by mmdebstrap, kept in `CACHE` and copied for each machine; what apt and pip fetch is kept there
too. It reaches itself alone, by the names of the guides; only the lines that fetch packages are typed with the network
of the machine around it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.command_line import ROOT

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "technilab-bare"
SUITE = "trixie"
SYSTEMCTL = ROOT / "tests" / "deploy" / "bare" / "systemctl.py"
NAMES = "127.0.0.1 localhost technilab.example.org db.example.org smtp.example.org\n"
ENVIRON = {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"}
# What asks the registries of packages.
FETCHES = re.compile(r"^(?=apt-get (?:update|install)|\S*deploy/release\.sh put )", re.MULTILINE)
OUTSIDE = 'outside() { nsenter --target 1 --net -- env DEBIAN_FRONTEND=noninteractive "$@"; }\n'
ENDED = "-- the commands have ended --"


class Failed(Exception):
    """A command that ended otherwise than the guide lets one expect."""


def lacking() -> str:
    """What keeps a bare Debian from being made here, in words; nothing where nothing does."""
    if os.geteuid() != 0:
        return "only root may mount a machine's folders"
    for program in ("mmdebstrap", "unshare", "nsenter", "chroot"):
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
            return f"no {program} here"
    tried = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "unshare", "--net", "true"]
    if subprocess.run(tried, capture_output=True, check=False).returncode != 0:
        return "nothing may be mounted here"
    return ""


def base() -> Path:
    """The root of a Debian with nothing but Python added, made where it is not kept yet."""
    kept = CACHE / SUITE
    if not (kept / "usr/bin/python3").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        being_made = Path(tempfile.mkdtemp(prefix=f"{SUITE}-", dir=CACHE))
        command = ["mmdebstrap", "--variant=minbase", "--include=python3", SUITE, str(being_made / "root")]
        # Outside of our own network, which is empty.
        ran = subprocess.run(["nsenter", "--target", "1", "--net", "--", *command], capture_output=True, check=False)
        if ran.returncode != 0:
            raise Failed(ran.stderr.decode()[-2000:])
        (being_made / "root").rename(kept)
        being_made.rmdir()
    return kept


class Machine:
    """`added` says, in the order in which it was needed, what was done that no guide says; `failed`, of which blocks a
    line ended with another code than 0: the rest of such a block is not typed, and what comes after is."""

    def __init__(self, root: Path) -> None:
        self.root, self.added, self.failed, self.seconds = root, list[str](), list[str](), dict[str, float]()
        self._sit_down()

    def _sit_down(self, at: str = "/root") -> None:
        environ = [f"{name}={value}" for name, value in ENVIRON.items()]
        self._shell = subprocess.Popen(
            ["chroot", self.root, "env", "-i", *environ, "bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._tell(f"{OUTSIDE}set -e; cd {at}; trap 'pwd >/tmp/at' EXIT")

    def _tell(self, line: str) -> str:
        """What the shell says until that line has ended."""
        assert self._shell.stdin and self._shell.stdout
        self._shell.stdin.write(f"{line}\nprintf '\\n%s\\n' '{ENDED}'\n")
        self._shell.stdin.flush()
        heard = list[str]()
        for said in self._shell.stdout:
            if said.strip() == ENDED:
                return "".join(heard).strip()
            heard.append(said)
        self._sit_down((self.root / "tmp/at").read_text().strip())
        raise Failed("".join(heard).strip()[-6000:])

    def type(self, commands: str, *, told: str = "") -> str:
        """Type them, show them, what they answer and how long they took; `told` is under which heading they stand."""
        print("\n".join(f"    $ {line}" for line in commands.splitlines()), flush=True)
        (self.root / "tmp/typed").write_text(FETCHES.sub("outside ", commands) + "\n")
        began = time.monotonic()
        try:
            said = self._tell(". /tmp/typed </dev/null")
        except Failed as failure:
            said = f"{failure}\nFAILED"
            self.failed.append(told or commands)
        took = time.monotonic() - began
        self.seconds[told] = self.seconds.get(told, 0) + took
        if said:
            print("\n".join(f"      {line}" for line in said.splitlines()[-25:]))
        print(f"      ({took:.1f} s)", flush=True)
        return said

    def add(self, what: str, commands: str = "") -> str:
        """Do what no guide says, and say it."""
        print(f"  + {what}", flush=True)
        self.added.append(what)
        return self._tell(f"{commands} </dev/null") if commands else ""

    def put(self, what: str, path: str, text: str | bytes, mode: int = 0o644) -> None:
        """A file that no guide puts there."""
        self.add(what)
        file = self.root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        file.chmod(mode)


def _mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


def machine() -> Machine:
    """A new one, from its first minute; its folders are mounted until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="technilab-bare-"))
    root = folder / "root"
    subprocess.run(["cp", "--archive", base(), root], check=True)
    _mount("-t", "proc", "proc", root / "proc")
    _mount("--rbind", "/dev", root / "dev")
    _mount("--rbind", "/sys", root / "sys")
    _mount("-t", "tmpfs", "tmpfs", root / "run")
    for kept, place in (("apt", "var/cache/apt/archives"), ("pip", "root/.cache/pip")):
        (CACHE / kept).mkdir(exist_ok=True)
        (root / place).mkdir(parents=True, exist_ok=True)
        _mount("--bind", CACHE / kept, root / place)
    (root / "etc/apt/apt.conf.d/90kept").write_text('Binary::apt-get::APT::Keep-Downloaded-Packages "true";\n')
    bare = Machine(root)
    _furnish(bare)
    return bare


def _furnish(bare: Machine) -> None:
    """What a real machine has by itself, and this one has not."""
    bare.put("names: the three of the guides lead to this machine", "/etc/hosts", NAMES)
    _mount("--bind", bare.root / "etc/hosts", "/etc/hosts")
    bare.add("network: what fetches packages is typed with the network of the machine around; all else reaches itself")
    shutil.copy("/etc/resolv.conf", bare.root / "etc/resolv.conf")
    bare.put(
        "systemctl, systemd-run, journalctl: no systemd runs in a chroot; each ExecStart is run as its unit says, under"
        " its account, with nothing in its environment but what the unit names (without its sandbox and its hours)",
        "/usr/local/bin/systemctl", SYSTEMCTL.read_bytes(), 0o755,
    )  # fmt: skip
    for name in ("systemd-run", "journalctl"):
        (bare.root / "usr/local/bin" / name).symlink_to("systemctl")
    bare.put("Debian's packages start nothing by themselves", "/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
    if ca := os.environ.get("PIP_CERT"):
        bare.put(
            "the certificates by which this network's registry of Python packages is known",
            "/etc/pip.conf", "[global]\ncert = /etc/technilab-registries.crt\n",
        )  # fmt: skip
        shutil.copy(ca, bare.root / "etc/technilab-registries.crt")
