"""Versions of Technilab beside one another on a machine, and the link from which each service starts."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from booking.process.version import VERSION
from deploy.fill import parsed
from deploy.technilab import settings_of
from tests.command_line import ROOT

SCRIPT = ROOT / "deploy" / "release.sh"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine with two versions whole and one that was cut short as it was put there."""
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        folder = tmp_path / "releases" / version
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "technilab").write_text(f"#!/bin/sh\necho {version}\n")
        (folder / "bin" / "technilab").chmod(0o755)
        if version != "1.2.0":
            (folder / "complete").touch()
    return tmp_path


def typed(root: Path, *words: str | Path, **told: str) -> tuple[int, str, str]:
    ran = subprocess.run(
        [SCRIPT, *words], env={**os.environ, "ROOT": str(root), **told}, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout.strip(), ran.stderr.strip()


def serving(root: Path) -> str:
    return subprocess.run([root / "current/bin/technilab"], capture_output=True, text=True, check=True).stdout.strip()


def test_the_link_moves_to_a_version_and_back(root: Path) -> None:
    for version in ("1.0.0", "1.1.0", "1.0.0"):
        done = typed(root, "use", version)
        assert done == (0, f"{root}/current mène à la version {version} : relancez ce qui tourne.", "")
        assert serving(root) == version
    assert (root / "current").readlink() == Path("releases/1.0.0")
    assert sorted(one.name for one in root.iterdir()) == ["current", "releases"]


def test_whoever_starts_while_the_link_moves_finds_one_version_or_the_other(root: Path) -> None:
    typed(root, "use", "1.0.0")
    over, missed = threading.Event(), list[OSError]()

    def look() -> None:
        while not over.is_set():
            try:
                (root / "current" / "complete").stat()
            except OSError as error:
                missed.append(error)

    looking = threading.Thread(target=look)
    looking.start()
    for version in ("1.1.0", "1.0.0") * 10:
        typed(root, "use", version)
    over.set()
    looking.join()
    assert missed == []


@pytest.mark.parametrize("version", ["1.2.0", "1.3.0"], ids=["cut short", "never put there"])
def test_a_version_that_is_not_whole_is_not_used(root: Path, version: str) -> None:
    typed(root, "use", "1.0.0")
    told = f"La version {version} n'est pas dans {root}/releases : deploy/release.sh put l'y met."
    assert typed(root, "use", version) == (2, "", told)
    assert serving(root) == "1.0.0"


def test_what_is_not_a_package_of_this_version_is_refused_before_anything_is_made(root: Path, tmp_path: Path) -> None:
    wheel, other = tmp_path / f"technilab-{VERSION}-py3-none-any.whl", tmp_path / "technilab-9.9.9-py3-none-any.whl"
    strange = tmp_path / "other.whl"
    for file in (other, strange):
        file.touch()
    assert typed(root, "put", wheel)[2] == f"Le paquet {wheel} n'est pas là : donnez le fichier .whl de la version."
    assert typed(root, "put", strange)[2] == (
        f"{strange} n'est pas un paquet de Technilab (technilab-VERSION-py3-none-any.whl)."
    )
    assert typed(root, "put", other)[2] == (
        "Ce paquet est de la version 9.9.9, cette archive d'une autre : prenez les deux de la même."
    )
    (root / "releases" / VERSION).mkdir(exist_ok=True)
    (root / "releases" / VERSION / "complete").touch()
    wheel.touch()
    there = f"La version {VERSION} est déjà dans {root}/releases/{VERSION} : rien n'a été changé."
    assert typed(root, "put", wheel) == (2, "", there)
    assert typed(root)[0] == 2


def test_the_command_of_whoever_administers_reads_settings_as_the_services_do() -> None:
    text = "# who\nDATABASE_URL=postgresql://a:b@c/d?x=1&y=$2\n\nBASE_URL='https://technilab.example'\nA=\"b c\"\n"
    assert settings_of(text) == {
        "DATABASE_URL": "postgresql://a:b@c/d?x=1&y=$2", "BASE_URL": "https://technilab.example", "A": "b c",
    }  # fmt: skip
    whole = (ROOT / "deploy" / "technilab.env").read_text()
    assert settings_of(whole) == parsed(whole)
