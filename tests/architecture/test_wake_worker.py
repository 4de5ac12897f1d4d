"""An act that writes mails wakes the worker: the application does so after every unsafe method that succeeded, and
nothing else does.

So no page that is only read may write one.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from booking.mails import recipients

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): file
    for package in ("booking", "workshops")
    for file in (ROOT / package).rglob("*.py")
}
DOORS = ("booking.web.", "booking.api.")
READS = (".queries", ".rules", ".tables")
# An act that somebody is told of, or one that is a single statement.
TOLD = {act for line in recipients.TOLD for act in line.acts}
# What acts and letters are called.
WORDS = {f"booking.words.{name}" for name in ("acts", "letters", "milestones", "yearly")} | {"booking.mails.kinds"}
COMPOSED = re.compile(r"\{\s*recorded\(\n")
# What a page of spreadsheets reads of them is their columns; that it gave them out is told to nobody.
COLUMNS = {f"booking.programme.{name}" for name in ("records.read_lines", "records.export", "lycee_year.give_data")}


@cache
def imports_of(module: str) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return frozenset(found & set(MODULES))


@cache
def writes_mails(module: str) -> bool:
    if module.endswith(READS):
        return False
    seen, left = set(), [module]
    while left:
        one = left.pop()
        if one in seen or one in WORDS or (one != module and one.endswith(READS)):
            continue
        seen.add(one)
        text = MODULES[one].read_text()
        if "INSERT INTO notices" in text or COMPOSED.search(text) or TOLD & {*re.findall(r"\w+_\w+", text)}:
            return True
        left.extend(imports_of(one))
    return False


def verbs_of(tree: ast.Module) -> dict[str, str]:
    """The names that a door's module imports from where mails are written, and from which module each comes."""
    return {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES
        for alias in node.names
        if not alias.name.isupper()
        if not node.module.startswith((*DOORS, "booking.door.")) and writes_mails(node.module)
    }


def named_in(function: ast.AST, functions: dict[str, ast.AST], seen: set[str]) -> set[str]:
    """Every name that a function of a module uses, by itself or through the module's other functions."""
    names = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    names |= {one.attr for one in ast.walk(function) if isinstance(one, ast.Attribute)}
    for other in (names & set(functions)) - seen:
        seen.add(other)
        names |= named_in(functions[other], functions, seen)
    return names


def test_the_application_wakes_the_worker_after_writes_and_nothing_else_does():
    wakers = {
        module
        for module, file in MODULES.items()
        for node in ast.walk(ast.parse(file.read_text()))
        if (isinstance(node, ast.Name) and node.id == "wake")
        or (isinstance(node, ast.Attribute) and node.attr == "wake")
    }
    assert wakers == {"booking.process.wake_worker", "booking.app"}


def test_no_page_that_is_only_read_writes_a_mail():
    verbs, reading = 0, set()
    for module, file in MODULES.items():
        if not module.startswith(DOORS):
            continue
        tree = ast.parse(file.read_text())
        found = {name: where for name, where in verbs_of(tree).items() if where not in COLUMNS}
        verbs += len(found)
        functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        for name, function in functions.items():
            if any(ast.unparse(one).startswith("get(") for one in function.decorator_list):
                used = named_in(function, functions, {name}) & set(found)
                reading |= {f"{module}.{name}: {verb} of {found[verb]}" for verb in used}
    assert verbs > 50
    assert reading == set()
