"""The floors of the house hold, and the contracts that say so see a breach."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]


def lint(folder: Path) -> tuple[int, list[str]]:
    """The exit code, and the contracts that are broken."""
    ran = subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)
    return ran.returncode, [line.rsplit(" ", 1)[0] for line in ran.stdout.splitlines() if line.endswith(" BROKEN")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the two packages, to be broken."""
    folder = tmp_path_factory.mktemp("house")
    for package in ("booking", "workshops"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_floor_imports_lower_ones_only():
    assert lint(ROOT) == (0, [])


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        (
            "workshops/slots/close.py",
            "import booking.words.wording",
            ["workshops knows nothing of booking", "A floor imports lower ones only"],
        ),
        ("workshops/slots/close.py", "import workshops.results.queries", ["A floor imports lower ones only"]),
        ("booking/web/__init__.py", "import booking.api.slots", ["A floor imports lower ones only"]),
        ("workshops/slots/rules.py", "import asyncpg", ["Rules are pure: values in, decision out"]),
        ("workshops/slots/rules.py", "import workshops.slots.tables", ["Rules are pure: values in, decision out"]),
        (
            "booking/api/__init__.py",
            "import workshops.slots.tables",
            ["Pages and API call verbs and queries, never tables"],
        ),
    ],
)
def test_a_breach_is_seen(copy: Path, file: str, line: str, broken: list[str]):
    sound = (copy / file).read_text()
    (copy / file).write_text(f"{sound}\n{line}\n")
    try:
        assert lint(copy) == (1, broken)
    finally:
        (copy / file).write_text(sound)
