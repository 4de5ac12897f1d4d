"""A set of states is spelled once, beside the states: statements, rules and pages go by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain

import pytest

from booking.visits import reservation_states
from booking.visits.attendance.rules import AttendanceState
from booking.visits.reservation_states import State
from tests.architecture.sql import ROOT
from workshops.slots.rules import SlotState

KINDS = (State, SlotState, AttendanceState)
HOMES = {
    *("booking/visits/reservation_states.py", "workshops/slots/rules.py", "booking/visits/attendance/rules.py"),
    # The catalogue stands below the slots.
    "workshops/catalogue/add_room.py",
    # What is counted stands below the acts, whose states a test compares with it (tests/watching).
    "booking/process/counting.py",
}
SETS = {name: min(one) for name, one in vars(reservation_states).items() if isinstance(one, frozenset)}
LISTED = re.compile(r"'\w+'(?:,\s*'\w+')+|\{\w+(?:,\s*\w+)+\}")
IN_TEMPLATE = re.compile(r"""[(\[{]\s*['"]\w+['"](?:\s*,\s*['"]\w+['"])+\s*,?\s*[)\]}]""")
EITHER = re.compile(r"""(?:\bstate\s*==\s*['"]\w+['"]\s+or\s+[\w.]*)+\bstate\s*==\s*['"]\w+['"]""")


def test_no_set_of_states_is_spelled_again():
    files = chain.from_iterable((ROOT / package).rglob("*.py") for package in ("workshops", "booking"))
    names = sorted(str(file.relative_to(ROOT)) for file in files)
    again = [
        f"{name}:{line} {words}"
        for name in names
        if name not in HOMES
        for line, words in spelled((ROOT / name).read_text())
    ]
    assert again == []


def test_no_template_spells_a_set_of_states():
    again = [
        f"{file.relative_to(ROOT)}: {' '.join(words)}"
        for file in sorted((ROOT / "templates").rglob("*"))
        if file.suffix in {".html", ".txt"}
        for words in spelled_in_template(file.read_text())
    ]
    assert again == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("""{% if visit.state in ("confirmed", "locked") and more %}""", [["confirmed", "locked"]]),
        ("""{% if visit.state not in ['waiting',\n  'in_draw'] %}""", [["waiting", "in_draw"]]),
        ("""{{ choices|selectattr("state", "in", ("requested", "offered",))|list }}""", [["requested", "offered"]]),
        ("""{% if one.state == "done" or one.state == "called_off" %}""", [["done", "called_off"]]),
        ("""{% if visit.state == "waiting" %}{{ state("off", "Fermée") }}{% endif %}""", []),
        ("""{{ "Quitter" if visit.state == "waiting" else "Retirer" if visit.state == "in_draw" else "" }}""", []),
        ("""{% if kind in ("slot-full", "too-late") or visit.sure %}""", []),
    ],
)
def test_a_set_that_a_template_spells_is_seen(template: str, words: list[list[str]]):
    assert list(spelled_in_template(template)) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("""SQL = "SELECT 1 FROM slots WHERE state IN ('open', 'closed')" """, [["open", "closed"]]),
        ("""SQL = f"{one} AND state NOT IN ('confirmed',\\n  'locked')" """, [["confirmed", "locked"]]),
        ("""SQL = "state = ANY ('{asked,announced}')" """, [["asked", "announced"]]),
        (
            """SQL = "coalesce(r.state, t.state) IN ('locked', 'announced', 'confirmed')" """,
            [["locked", "announced", "confirmed"]],
        ),
        ("""known = state in {"requested", "offered"}""", [["requested", "offered"]]),
        ("""known = state in (State.REQUESTED, states.State.OFFERED)""", [["requested", "offered"]]),
        ("""known = [SlotState.DONE, "called_off"]""", [["done", "called_off"]]),
        ("""known = {State.REQUESTED, *SURE}""", [["requested", "confirmed"]]),
        ("""known = (*states.SURE, *states.CAME)""", [["confirmed", "attended"]]),
        ("""known = {*SURE, AttendanceState.ANNOUNCED}""", []),
        ("""SQL = "state = 'open' AND (kind = 'closed' OR state <> 'done')" """, []),
        ("""SQL = "state IN ('asked', 'answered', 'closed')" """, []),
        ("""WORDS = {"open": "Ouvert", "closed": "Fermé"}""", []),
        ("""known = state == "open" or state in TO_COME""", []),
    ],
)
def test_a_set_that_is_spelled_is_seen(code: str, words: list[list[str]]):
    assert [found for _, found in spelled(code)] == words


def spelled(code: str) -> Iterator[tuple[int, list[str]]]:
    """The lists, in a text or in Python, of two or more states of one kind; a word for each state is none."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            lists = [re.findall(r"\w+", one) for one in LISTED.findall(node.value)]
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            lists = [[word for one in node.elts if (word := _word(one))]]
        else:
            lists = []
        for words in lists:
            if any(len({*kind} & {*words}) > 1 for kind in KINDS):
                yield node.lineno, words


def spelled_in_template(template: str) -> Iterator[list[str]]:
    """The lists, and the comparisons one after the other, of two or more states of one kind."""
    for listed in (*IN_TEMPLATE.findall(template), *EITHER.findall(template)):
        words = re.findall(r"""['"](\w+)['"]""", listed)
        if any(len({*kind} & {*words}) > 1 for kind in KINDS):
            yield words


def _word(node: ast.expr) -> str:
    """What stands there as a state: its word, or its member of the enumeration; of a named set, one of its states."""
    if isinstance(node, ast.Starred):
        return SETS.get(node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", ""), "")
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute):
        of = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        return node.attr.lower() if of in {kind.__name__ for kind in KINDS} else ""
    return ""
