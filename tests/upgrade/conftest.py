"""Databases that hold what commit 1b2265b8 kept: as it was, and as this version carries it on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import database
from tests.command_line import data_folder, technilab
from tests.upgrade import kept


@pytest.fixture(scope="session")
def before() -> Iterator[str]:
    """Its address: as the dump holds it."""
    name = f"kept_{uuid4().hex[:12]}"
    url = database.empty(name)
    kept.load(url)
    yield url
    database.drop(name)


@pytest.fixture(scope="session")
def carried_on(before: str) -> Iterator[str]:
    """The same after `technilab migrate`."""
    name = f"carried_on_{uuid4().hex[:12]}"
    url = database.copy_of(before, name)
    with data_folder() as home:
        said = technilab("migrate", home=home, DATABASE_URL=url)
    assert (said.returncode, said.stderr) == (0, "")
    yield url
    database.drop(name)


@pytest.fixture
def a_copy(carried_on: str) -> Iterator[str]:
    """One that a test may change."""
    name = f"a_copy_{uuid4().hex[:12]}"
    url = database.copy_of(carried_on, name)
    # What the pages of another database said is not said again for this one.
    asyncio.run(database.run(url, "UPDATE versions SET raised = raised + 1000000 + (random() * 1000000)::int"))
    yield url
    database.drop(name)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty data folder."""
    with data_folder() as folder:
        yield folder
