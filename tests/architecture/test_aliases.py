"""A fragment that is told a column of its caller means that column: no table of its own has the caller's name for one.

`FROM memberships m WHERE m.school = {school}` composed with « m.school » compares a column with itself, and everybody
of the académie is its answer. No statement fails by it, none reads wrong: names that cannot meet are the only guard.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter
from types import ModuleType

from tests.architecture.sql import ROOT
from tests.architecture.test_fragments import folder_of_each_table

Node = ast.FunctionDef | ast.Assign
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE)\b")
# What a statement may say after a parenthesis, or after a table, that names nothing.
WORDS = frozenset(
    re.findall(
        r"\w+",
        """and as asc by case coalesce cross desc do else end except fetch filter for from full group having in inner
        intersect is join lateral left limit not offset on or order over returning right select set then union using
        values when where with within""",
    )
)
# Filled on purpose with a condition or a figure on its own tables, in the file where it stands: (fragment, its table).
FILLED_OF_ITS_OWN = {
    ("booking/calendar/invites/queries.py", "_VISIT", "told"),
    ("booking/people/accounts/who_hears.py", "_everyone", "heard_as"),
    ("booking/people/accounts/who_hears.py", "_or_coordinators", "heard_as"),
    ("booking/programme/contributions/queries.py", "_HOURS", "s"),
    ("booking/visits/demands/alert.py", "_COMPARED", "m"),
    ("booking/visits/attendance/sessions.py", "_NEAREST", "sl"),
    ("booking/visits/attendance/sessions.py", "_SESSION", "sl"),
    ("booking/visits/reservations/offer_by_sentence.py", "_found", "a"),
    ("booking/visits/reservations/offer_by_sentence.py", "_found", "s"),
    ("booking/visits/reservations/offer_by_sentence.py", "_in_halves", "a"),
    ("booking/visits/reservations/offer_by_sentence.py", "_in_halves", "s"),
    ("booking/visits/reservations/wait.py", "_WAIT", "sent"),
    ("booking/visits/asking/choices.py", "CHOICES", "r"),
    ("workshops/programmes/targets/metrics.py", "_COHORTS", "c"),
    ("workshops/programmes/targets/metrics.py", "_COURSES", "c"),
}
# A whole statement, which another file fills too.
WHOLE = {"PAGE"}
# What a fragment gives back to its caller, by the name that the caller reads.
GIVES = {
    "OPENING_OF": {"opening"},
    "college_hears": {"a"},
    "company_hears": {"a"},
    "lycee_hears": {"a"},
    "principal_hears": {"p"},
    "principal_or_mailbox_hears": {"p"},
}


@dataclass(frozen=True)
class Fragment:
    """A text, or a function that gives one, with places for what its caller says; `own`: how it calls its tables."""

    file: str
    name: str
    holes: frozenset[str]
    own: frozenset[str]
    text: str


@dataclass(frozen=True)
class Composed:
    """A fragment where it is composed, and the names of tables that it is told, of which some may be its own."""

    file: str
    fragment: Fragment
    told: frozenset[str]


def names_in(sql: str) -> frozenset[str]:
    """The names that a text gives to its tables, subqueries and parts of WITH."""
    tables = "|".join(sorted(folder_of_each_table()))
    found = {
        *re.findall(rf'(?:\b(?:FROM|JOIN|USING|UPDATE|INTO)\s+|,\s*)"?(?:{tables})"?\s+(?:AS\s+)?"?([a-z_]\w*)', sql),
        *re.findall(r'\)\s+"?([a-z_]\w*)\b(?!\.)', sql),
        *re.findall(r'\)\s+AS\s+"?([a-z_]\w*)"?\s*\(', sql),
        *re.findall(r"(?:\bWITH\s+|,\s*)([a-z_]\w*)(?:\s*\([^()]*\))?\s+AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(", sql),
    }
    return frozenset(found - WORDS)


def test_the_names_that_a_text_gives_are_found():
    assert names_in("FROM schools s, LATERAL (SELECT 1) of JOIN slots AS sl ON sl.school = s.id") == {"s", "of", "sl"}
    assert names_in("WITH one AS (SELECT lower(name) FROM slots), two (a) AS NOT MATERIALIZED (TABLE x)") == {
        "one",
        "two",
    }
    assert names_in("UPDATE badges b SET n = (SELECT 1) AND x FROM unnest($1::int[]) AS w (n)") == {"b", "w"}


def test_a_fragment_gives_none_of_its_tables_the_name_that_it_is_told():
    """Nor its result: else the column of the caller would be its own, and every row would fit."""
    met = {
        (one.fragment.file, one.fragment.name, name) for one in compositions() for name in one.told & one.fragment.own
    }
    assert met == FILLED_OF_ITS_OWN


def test_what_is_composed_elsewhere_calls_its_tables_as_nobody_else_does():
    """A caller that is written tomorrow cannot meet them either; within a file, the rule above says so."""
    shared = {
        (one.fragment.file, one.fragment.name): one.fragment
        for one in compositions()
        if one.told and one.fragment.file != one.file and one.fragment.name not in WHOLE
    }
    assert {name for _, name in shared} >= set(GIVES) | {"MAILBOX", "may_read", "seats_seen", "suits"}
    assert {
        f"{file} {name}: {own}, as {' '.join(other)}"
        for (file, name), fragment in shared.items()
        for own in fragment.own - GIVES.get(name, set())
        for other, (said, _) in texts().items()
        if own in names_in(said) and other[0] != file
    } == set()


@cache
def texts() -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """By file and name: what each constant and function says, and what else of its file it names."""
    return {
        (file, name): (_said(node), frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name)))
        for file in _files()
        for node in _tree(file).body
        for name in _named(node)
    }


def _said(node: ast.AST) -> str:
    """Its strings, one after the other, not what is said of it; what an f-string brings in is `{}`."""
    if isinstance(node, ast.Expr):
        return ""
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
    if isinstance(node, ast.Constant):
        return f"{node.value}\n" if isinstance(node.value, str) else ""
    return "".join(_said(child) for child in ast.iter_child_nodes(node))


@cache
def fragments() -> dict[tuple[str, str], Fragment]:
    found = {}
    for file, name in texts():
        it = getattr(_module(file), name, None)
        if inspect.isfunction(it) and not inspect.iscoroutinefunction(it):
            asked = inspect.signature(it).parameters.values()
            if not asked or inspect.signature(it).return_annotation != "str" or not SQL.search(_with(file, name)):
                continue
            holes, text = frozenset(one.name for one in asked), _with(file, name)
        elif isinstance(it, str):
            holes, text = _holes(it), it
        else:
            continue
        if holes and (own := names_in(text)):
            found[file, name] = Fragment(file, name, holes, own, text)
    return found


def _with(file: str, name: str, *, seen: frozenset[str] = frozenset()) -> str:
    """A fragment's text and that of what it is made of in its own file."""
    said, named = texts()[file, name]
    more = [one for one in sorted(named - seen - {name}) if (file, one) in texts()]
    return said + "".join(_with(file, one, seen=seen | {name, *more}) for one in more)


def _holes(text: str) -> frozenset[str]:
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(text) if field and field.isidentifier())
    except ValueError:
        return frozenset()


@cache
def compositions() -> tuple[Composed, ...]:
    return tuple(one for file in _files() for one in _compositions_of(file))


def _compositions_of(file: str) -> Iterator[Composed]:
    module = _module(file)
    homes = {
        one.asname or one.name: (node.module.replace(".", "/") + ".py", one.name)
        for node in _tree(file).body
        if isinstance(node, ast.ImportFrom) and node.module
        for one in node.names
    }
    for call in (one for one in ast.walk(_tree(file)) if isinstance(one, ast.Call)):
        target = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "format" else call.func
        if not isinstance(target, ast.Name):
            continue
        fragment = fragments().get(homes.get(target.id, (file, target.id)))
        if fragment is not None:
            given = [*call.args, *(one.value for one in call.keywords)]
            told = frozenset(name for one in given for name in _tables_of(one, module))
            yield Composed(file, fragment, told)


def _tables_of(given: ast.expr, module: ModuleType) -> Iterator[str]:
    """The names of tables in what a fragment is told: of its columns, or one by itself."""
    said = vars(module).get(given.id, "") if isinstance(given, ast.Name) else _said(given).strip()
    if isinstance(said, str):
        yield from re.findall(r'\b([a-z_]\w*)"?\.(?=["a-z_])', said)
        if said.isidentifier():
            yield said


def _named(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _files() -> Iterator[str]:
    for package in ("workshops", "booking"):
        yield from sorted(str(file.relative_to(ROOT)) for file in (ROOT / package).rglob("*.py"))


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text())


def _module(file: str) -> ModuleType:
    return importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
