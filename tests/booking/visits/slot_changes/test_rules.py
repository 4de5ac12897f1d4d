from __future__ import annotations

import pytest

from booking.visits.slot_changes.rules import (
    GroupsBusy,
    Touched,
    Word,
    states_that,
    words_to_companies,
    words_to_groups,
)


@pytest.mark.parametrize("act", ["follow", "call_off"])
def test_every_live_state_knows_what_its_slot_does(act):
    assert sorted(states_that(act)) == ["confirmed", "locked", "offered", "requested", "waiting"]


def test_the_lycee_is_told_of_confirmed_visits_alone():
    touched = [Touched(7, "confirmed", 2), Touched(8, "waiting", 1)]
    assert words_to_groups("call_off", touched) == [
        Word("slot_called_off", 7, 2, "college"),
        Word("slot_called_off_host", 7, 2, "lycee"),
        Word("slot_called_off", 8, 1, "college"),
    ]
    assert words_to_groups("follow", touched)[1] == Word("slot_moved_host", 7, 2, "lycee")


def test_a_company_hears_once_for_each_coming():
    assert words_to_companies("slot_moved_company", [Touched(9, "announced", 1)]) == [
        Word("slot_moved_company", 9, 1, "company")
    ]


@pytest.mark.parametrize(
    ("groups", "start"),
    [(["4e A (Diderot)"], "4e A (Diderot) a déjà"), (["4e A", "4e B", "3e C"], "4e A, 4e B et 3e C ont déjà")],
)
def test_busy_groups_are_named(groups, start):
    assert GroupsBusy(groups).sentence.startswith(start)
