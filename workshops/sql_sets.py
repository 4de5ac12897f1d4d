"""Sets of states in the text of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


def sql_set(states: Iterable[StrEnum]) -> str:
    """What follows `state IN` in a statement: the states between quotes and brackets.

    In the order in which the states are declared. A frozenset has another order in each process, and a statement has
    one text in all of them; the partial indexes of the migrations have this order too.
    """
    ordered = sorted(set(states), key=lambda state: (list(type(state).__members__.values()).index(state), state))
    return "({})".format(", ".join(f"'{state}'" for state in ordered))
