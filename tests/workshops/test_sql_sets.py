from __future__ import annotations

from enum import StrEnum

from workshops.sql_sets import sql_set


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    AMBER = "amber"


class Lamp(StrEnum):
    LIT = "lit"


def test_a_set_has_the_order_in_which_its_states_are_declared():
    assert sql_set(frozenset({Light.AMBER, Light.RED, Light.GREEN})) == "('red', 'green', 'amber')"
    assert sql_set([Light.AMBER]) == "('amber')"


def test_states_of_two_kinds_have_one_order_too():
    assert sql_set({Light.GREEN, Lamp.LIT, Light.RED}) == "('lit', 'red', 'green')"
