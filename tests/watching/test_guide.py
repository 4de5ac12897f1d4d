"""What docs/watching.md tells to type is typed as it stands there, a folder being the machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.watching.prometheus import ROOT, program

GUIDE = (ROOT / "docs" / "watching.md").read_text()
COMMANDS = re.findall(r"^    (\S.*)$", GUIDE, re.MULTILINE)
# What is of the machine itself: Debian's packages and services, the folder of the version that serves.
OF_THE_MACHINE = ("apt-get ", "systemctl ", "journalctl ", "cd ")
TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in place of a machine's `/etc`, after every command of the guide, in their order."""
    root = tmp_path_factory.mktemp("machine")
    for folder in ("technilab", "prometheus"):
        (root / "etc" / folder).mkdir(parents=True)
    (root / "etc" / "technilab" / "technilab.env").write_text(f"PORT=8000\nMETRICS_TOKEN={TOKEN}\n")
    for command in COMMANDS:
        if not command.startswith((*OF_THE_MACHINE, "promtool ", "amtool ")):
            here = re.sub(r"(?<![\w.])/etc/", f"{root}/etc/", command).replace(" -g prometheus", "")
            ran = subprocess.run(["sh", "-eu", "-c", here], cwd=ROOT, capture_output=True, text=True, check=False)
            assert (ran.returncode, ran.stderr) == (0, ""), command
    config = root / "etc" / "prometheus" / "prometheus.yml"
    config.write_text(config.read_text().replace(" /etc/", f" {root}/etc/").replace("[/etc/", f"[{root}/etc/"))
    return root / "etc" / "prometheus"


def test_prometheus_reads_what_the_guide_puts_in_place(machine: Path):
    told = asked("promtool", "check", "config", machine / "prometheus.yml")
    assert told.returncode == 0, told.stdout + told.stderr
    assert (machine / "technilab.token").read_text().strip() == TOKEN


def test_alertmanager_reads_what_the_guide_puts_in_place(machine: Path):
    told = asked("amtool", "check-config", machine / "alertmanager.yml")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_token_is_drawn_once_and_stays(tmp_path: Path):
    env = tmp_path / "technilab.env"
    env.write_text("PORT=8000\nMETRICS_TOKEN=\n")
    (draw,) = [one for one in COMMANDS if one.startswith("grep ")]
    for _ in range(2):
        command = draw.replace("/etc/technilab/technilab.env", str(env))
        subprocess.run(["sh", "-eu", "-c", command], cwd=ROOT, check=True)
    assert len(re.findall(r"^METRICS_TOKEN=[0-9a-f]{48}$", env.read_text(), re.MULTILINE)) == 1


def asked(tool: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program(tool), *map(str, words)], capture_output=True, text=True, check=False)
