"""The rooms of the house and the arrows between them are few, and no arrow comes back to where it began.

A room is a folder or a file right inside one of the two packages; inside a district or the door, a folder or file there
is one too. That none points upwards is a contract of `pyproject.toml`.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("booking", "workshops")
DISTRICTS = {"outbox", "people", "visits", "calendar", "day", "programme", "mails", "door", "web", "commands"}
# As many as there are: a change that needs one more, or one less, says so here.
ROOMS, ARROWS = 56, 488


def room_of(module: str, *, inner: bool) -> str:
    parts = module.split(".")
    return ".".join(parts[: 3 if inner and parts[0] == "booking" and parts[1:2] and parts[1] in DISTRICTS else 2])


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def between(graph: grimp.ImportGraph, *, inner: bool) -> dict[str, set[str]]:
    """Which rooms each room imports."""
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        here = room_of(module, inner=inner)
        there = {room_of(one, inner=inner) for one in graph.find_modules_directly_imported_by(module)}
        found.setdefault(here, set()).update(there - {here})
    return found


def test_the_rooms_and_their_arrows_are_counted(graph: grimp.ImportGraph):
    found = between(graph, inner=False)
    assert (len(found), sum(map(len, found.values()))) == (ROOMS, ARROWS)


@pytest.mark.parametrize("inner", [False, True], ids=["of the house", "of the districts"])
def test_no_arrow_comes_back_to_where_it_began(graph: grimp.ImportGraph, inner: bool):
    try:
        TopologicalSorter(between(graph, inner=inner)).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {error.args[1]}")
