"""The cluster, whose pages and workers start from the link of their machine, and whoever types at these two machines.

`/opt/technilab` of machine N is the folder `optN` beside the cluster; this tree, as it stands, is the version there
which the guide names first.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

from booking.process.settings import data_folder
from deploy.cluster.__main__ import main
from deploy.cluster.layout import Layout, told
from tests.command_line import ROOT
from tests.deploy.bare.versions import built
from tests.faults.cluster import Cluster

OPT, NUMBERS = "/opt/technilab", (1, 2)
BEFORE = "1.0.0"
UNITS = ROOT / "deploy" / "systemd"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Ended(Exception):
    """A line that ended otherwise than its guide lets one expect, and what it said."""


class Application:
    """One of the two machines for the pages, where services are those of the cluster."""

    def __init__(self, cluster: Cluster, number: int) -> None:
        self.cluster, self.number, self.opt = cluster, number, opt_of(cluster.home, number)
        layout = Layout(cluster.folder, cluster.port, "", cluster.told()["settings"])
        env = told(layout, number)
        self.env = {**env, "HOME": env["DATA_DIR"]}

    def type(self, block: str, *, at: Path) -> str:
        """Type a block's lines in a folder, each to its end; what they said."""
        lines = block.replace(OPT, str(self.opt)).splitlines()
        said = [self._line(*shlex.split(line), at=at).strip() for line in lines]
        return "\n".join(filter(None, said))

    def _line(self, program: str, *words: str, at: Path) -> str:
        match Path(program).name:
            case "systemctl":
                return "".join(self._service(words[0], unit) for unit in words[1:])
            case "technilab":
                return _ended([f"{self.opt}/current/bin/technilab", *words], self.env)
            case "release.sh":
                return _ended([at / program, *words], {"ROOT": str(self.opt)})
        raise Ended(f"nobody knows here what {program} is")

    def _service(self, act: str, unit: str) -> str:
        template, _, version = unit.partition("@")
        if version:
            (line,) = re.findall(r"^ExecStart=(.+)$", (UNITS / f"{template}@.service").read_text(), re.MULTILINE)
            return _ended(shlex.split(line.replace("%i", version).replace(OPT, str(self.opt))), self.env)
        name = f"{unit.removeprefix('technilab-')}{self.number}"
        runs = name in {one["name"] for one in self.cluster.told()["processes"]}
        self.cluster.say("start" if act == "restart" and not runs else act, name)
        return ""


def _ended(command: Sequence[str | Path], env: dict[str, str]) -> str:
    """As a unit runs it: nothing else is in its environment, nothing of ours in its folder."""
    ran = subprocess.run(command, cwd="/", env={"PATH": PATH, **env}, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Ended(ran.stdout + ran.stderr)
    return ran.stdout


def opt_of(home: Path, number: int | str) -> Path:
    return home / f"opt{number}"


def as_it_stands(opt: Path) -> None:
    """This tree, as the version of before that serves."""
    folder = opt / "releases" / BEFORE
    program = folder / "bin" / "technilab"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m booking "$@"\n')
    program.chmod(0o755)
    (folder / "deploy").symlink_to(ROOT / "deploy")
    (folder / "complete").touch()
    (opt / "current").symlink_to(f"releases/{BEFORE}")


def put(tree: Path, version: str, folder: Path, machines: list[Application]) -> None:
    """The wheel of a tree in a folder of its own at each machine, as `release.sh put` does it, which a bare Debian is
    told by the guide (`tests.deploy.bare`); its dependencies are those that are here."""
    built(tree, folder, "--target", "wheel")
    first, *others = [one.opt / "releases" / version for one in machines]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", first], check=True)
    (site,) = first.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    with zipfile.ZipFile(folder / f"technilab-{version}-py3-none-any.whl") as wheel:
        wheel.extractall(site)
    program = first / "bin" / "technilab"
    program.write_text(f"#!{first}/bin/python\nfrom booking.__main__ import main\n\nmain()\n")
    program.chmod(0o755)
    _ended([first / "bin" / "python", "-m", "booking.commands.compile_templates"], {})
    (first / "deploy").symlink_to(tree / "deploy")
    (first / "complete").touch()
    for other in others:
        other.symlink_to(first)


if __name__ == "__main__":
    for machine in NUMBERS:
        as_it_stands(opt_of(data_folder(), machine))
    # In the folder and without what is ours in the environment, as a unit has it.
    as_a_unit = ("env", "--chdir=/", "--unset=PYTHONPATH")
    sys.exit(main(technilab=(*as_a_unit, f"{opt_of(data_folder(), '{}')}/current/bin/technilab")))
