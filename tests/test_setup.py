"""What `make` promises: pinned, from the registries that the machine knows, and served from our own folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "booking" / "static"
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-setup.lock", "requirements-node.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^([a-z0-9][^ ;\\]*==\S+).*\\\n    --hash=sha256:", text, re.MULTILINE)
    named = re.findall(r"^[a-z0-9]\S*", text, re.MULTILINE)
    assert pinned == named
    assert "://" not in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, asked in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower() for one in asked}
        assert names - pinned == set()


def test_the_tests_run_with_what_production_runs_with() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / lock).read_text(), re.MULTILINE))

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_npm_packages_are_pinned_and_name_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: one for path, one in lock["packages"].items() if path}
    assert {path for path, one in packages.items() if "integrity" not in one} == set()
    assert {path for path, one in packages.items() if "resolved" in one} == set()


def test_the_built_front_end_is_that_of_today_s_templates_sheets_and_scripts(tmp_path: Path) -> None:
    node = shutil.which("node") or ROOT / ".venv" / "bin" / "node"
    subprocess.run([node, STATIC / "build.mjs", tmp_path], check=True)
    built = {file.name: file.read_bytes() for file in (STATIC / "built").iterdir()}
    assert built == {file.name: file.read_bytes() for file in tmp_path.iterdir()}, "make setup builds it anew"


def test_nothing_that_set_up_brings_is_committed() -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    brought = (".venv/", "node_modules/", "booking/static/built/", "booking/api/built/", "var/")
    assert [file for file in told if file.startswith(brought)] == []


@pytest.mark.parametrize(
    ("target", "package"), [("bench", "wrk"), ("faults", "faketime"), ("test", "faketime"), ("browser", "chromium")]
)
def test_make_brings_the_programs_of_debian_that_a_target_asks_for(target: str, package: str) -> None:
    told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(rf"(?:apt-get install -y -qq|deploy/packages.sh) (?:\S+ )*?{package}\b", told) != []
