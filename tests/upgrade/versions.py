"""The version before, as its commit has it (versions.toml): its migrations, its tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from tests.command_line import ROOT

HERE = Path(__file__).parent
BUILT = Path("booking", "static", "built")


def before() -> str:
    """The commit of the newest version; skips in words where a shallow clone has not got it."""
    *_, commit = tomllib.loads((HERE / "versions.toml").read_text()).values()
    asked = subprocess.run(
        ["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
    )
    if asked.returncode != 0:
        pytest.skip(f"this clone is shallow and has no commit {commit[:8]}, the version before")
    return commit


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def migrations_of(commit: str) -> set[str]:
    """The names of its files of migrations."""
    listed = git("ls-tree", "-r", "--name-only", commit, "piccolo_migrations").decode()
    return {Path(one).stem for one in listed.splitlines()}


def tree_of(commit: str, folder: Path) -> Path:
    """Its whole tree, beside which nothing of ours is read but the pages' files, which are built, never committed."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as tar:
        tar.extractall(folder, filter="data")
    (folder / BUILT).symlink_to(ROOT / BUILT)
    return folder
