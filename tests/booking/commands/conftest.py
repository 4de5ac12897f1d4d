"""Data folders for the commands."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from booking.process.embedded.postgres import Postgres
from tests import database
from tests.command_line import data_folder, technilab


@pytest.fixture
def empty() -> Iterator[Path]:
    """A folder where nothing has ever run."""
    with data_folder() as home:
        yield home


@contextmanager
def migrated(folder: Path) -> Iterator[Postgres]:
    """A server with our tables, in this data folder, made in less time than the migrations take."""
    folder.mkdir(exist_ok=True)
    server = Postgres(folder)
    server.start()
    try:
        database.load(server.url())
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def _made() -> Iterator[Path]:
    with data_folder() as folder:
        with migrated(folder):
            invited = technilab("invite", ADA, "--role", "coordinator", home=folder)
        assert invited.stderr == ""
        yield folder


@pytest.fixture(scope="module")
def home(_made: Path) -> Iterator[Path]:
    """A folder with its tables and one coordinator, so that no example is put there."""
    with data_folder() as folder:
        # With its owners: PostgreSQL refuses a folder that is another's.
        subprocess.run(["cp", "--archive", f"{_made}/.", folder], check=True)
        yield folder


ADA = "ada@ac-besancon.fr"
