"""A folder listing reads as the menu of the application."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workshops", "booking")
# Folders of subjects; the year is one subject by itself, the mails are letters beside one.
DISTRICTS = {"outbox", "people", "visits", "calendar", "day", "programme", "mails", "programmes"}
# Behind the wall: what an engineer knows from elsewhere, under the names that he knows.
MACHINERY = {
    *("workshops/database", "workshops/cache"),
    *("booking/words", "booking/presentation", "booking/process", "booking/process/embedded"),
    *("booking/door", "booking/door/forms", "booking/door/rights", "booking/door/http"),
}
NOT_SUBJECTS = {"web", "api", "static", "commands", "__pycache__", *DISTRICTS, *(Path(one).name for one in MACHINERY)}
GRAMMAR = {"__init__", "tables", "acts", "rules", "queries"}
FOG = {
    *("util", "utils", "helper", "helpers", "misc", "common", "core", "manager", "managers", "service", "services"),
    *("data", "info", "stuff", "models", "views", "crud", "repository", "lib"),
}
# Fog over the trade, and nouns of machinery.
NOUNS = {"handler", "handlers", "base", "cache", "pool", "batch"}
FOGGY_STARTS = ("get_", "process_", "handle_", "do_", "manage_")
FILES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
SUBJECTS = sorted(
    folder
    for package in PACKAGES
    for home in (ROOT / package, *(ROOT / package / one for one in DISTRICTS))
    for folder in home.glob("*")
    if folder.is_dir() and folder.name not in NOT_SUBJECTS
)
HOMES = [*SUBJECTS, *(ROOT / one for one in sorted(MACHINERY))]


def test_the_map_of_the_code_names_each_folder():
    told = (ROOT / "docs" / "code.md").read_text()
    kept = [one for one in (ROOT / "booking" / "static").iterdir() if one.is_dir() and one.name != "built"]
    assert [name_of(one) for one in sorted([*HOMES, *kept]) if f"{one.name}/" not in told] == []


def test_the_map_of_the_readme_names_each_folder_of_booking_and_of_the_machinery():
    told = (ROOT / "README.md").read_text().split("\n## Map of the code\n")[1].split("\n### ")[0]
    folders = {one.name for one in (ROOT / "booking").iterdir() if one.is_dir() and one.name != "__pycache__"}
    folders |= {one.split("/")[1] for one in MACHINERY}
    assert [one for one in sorted(folders) if f"{one}/" not in told] == []


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def public_functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    every = ast.parse(file.read_text()).body
    return [
        node
        for node in every
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("folder", SUBJECTS, ids=name_of)
def test_a_subject_holds_tables_rules_queries_and_verbs(folder: Path):
    subfolders = [one.name for one in folder.iterdir() if one.is_dir() and one.name not in {"__pycache__", "files"}]
    idle = [one.name for one in folder.glob("*.py") if one.stem not in GRAMMAR and not _does_something(one)]
    assert (subfolders, idle) == ([], [])


@pytest.mark.parametrize("folder", HOMES, ids=name_of)
def test_a_folder_says_what_it_is(folder: Path):
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))


def _does_something(file: Path) -> bool:
    """A verb, or a class that has verbs (a mailer, a connection)."""
    methods = [
        node
        for one in ast.parse(file.read_text()).body
        if isinstance(one, ast.ClassDef)
        for node in one.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return bool(public_functions(file) or methods)


def test_no_file_is_longer_than_300_lines():
    long = {name_of(file): lines for file in FILES if (lines := len(file.read_text().splitlines())) > 300}
    assert long == {}


def test_no_name_is_fog():
    files = [name_of(file) for file in FILES if {file.stem, file.parent.name} & fog_over(file)]
    functions = [
        f"{name_of(file)}: {function.name}"
        for file in FILES
        for function in public_functions(file)
        if function.name.startswith(FOGGY_STARTS) or function.name in fog_over(file)
    ]
    assert (files, functions) == ([], [])


def fog_over(file: Path) -> set[str]:
    """The names that say nothing there."""
    return FOG if name_of(file.parent) in MACHINERY else FOG | NOUNS


@pytest.mark.parametrize("folder", HOMES, ids=name_of)
def test_every_verb_query_and_piece_of_machinery_says_what_it_means(folder: Path):
    silent = [
        f"{file.name}: {function.name}"
        for file in folder.glob("*.py")
        for function in public_functions(file)
        if not ast.get_docstring(function)
    ]
    assert silent == []


def test_a_verb_is_told_what_time_it_is():
    clocks = [
        name_of(file)
        for folder in SUBJECTS
        for file in folder.glob("*.py")
        if "async with transaction():" in file.read_text()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and _is_a_clock(node.value)
    ]
    assert clocks == []


def _is_a_clock(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"datetime", "date"}


def test_nothing_is_left_for_later():
    marks = [
        f"{name_of(file)}: {mark}" for file in FILES for mark in ("TODO", "FIXME", "XXX") if mark in file.read_text()
    ]
    assert marks == []
