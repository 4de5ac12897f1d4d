"""The two files of `make wheel`: of this version, of one to come that differs by its number alone, of the one kept."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.command_line import ROOT
from tests.upgrade.versions import tree_of

NOT_OF_A_VERSION = (".git", ".venv", "node_modules", "var", "dist", "__pycache__", ".*_cache")


def built(tree: Path, into: Path, *only: str) -> str:
    """Wheel and archive of a tree, as `make wheel` makes them, or one of them; the version that they are."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into), *only]
    subprocess.run(command, cwd=tree, capture_output=True, check=True)
    return version_of(tree)


def version_of(tree: Path) -> str:
    (found,) = re.findall(r'^version = "(.+)"$', (tree / "pyproject.toml").read_text(), re.MULTILINE)
    return str(found)


def next_one(version: str, folder: Path) -> Path:
    """This tree under the number of a version to come."""
    tree = folder / "next"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(*NOT_OF_A_VERSION))
    project = tree / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{version_of(ROOT)}"', f'version = "{version}"'))
    return tree


def kept_one(commit: str, folder: Path) -> Path:
    """The tree of the version before, with the files of its pages."""
    tree = folder / "kept"
    tree.mkdir()
    return tree_of(commit, tree)
