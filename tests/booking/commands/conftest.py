"""Data folders for the commands."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import data_folder, technilab


@pytest.fixture
def empty() -> Iterator[Path]:
    """A folder where nothing has ever run."""
    with data_folder() as home:
        yield home


@pytest.fixture(scope="session")
def _made() -> Iterator[Path]:
    with data_folder() as folder:
        invited = technilab("migrate", home=folder), technilab("invite", ADA, "--role", "coordinator", home=folder)
        assert [one.stderr for one in invited] == ["", ""]
        yield folder


@pytest.fixture(scope="module")
def home(_made: Path) -> Iterator[Path]:
    """A folder with its tables and one coordinator, so that no example is put there."""
    with data_folder() as folder:
        # With its owners: PostgreSQL refuses a folder that is another's.
        subprocess.run(["cp", "--archive", f"{_made}/.", folder], check=True)
        yield folder


ADA = "ada@ac-besancon.fr"
